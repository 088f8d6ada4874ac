/** Whether `value` can be called as `value[name]()`. */
export function hasMethod(value: unknown, name: PropertyKey): boolean {
  return typeof (value as Record<PropertyKey, unknown> | null | undefined)?.[name] === "function";
}
