/** A part of an object, and where it is. */
export type Part = readonly [path: string, value: unknown];

/** Something with the protocol of a training state, which says itself what of it is saved. */
export interface Stateful {
  stateDict(): unknown;
  loadStateDict(dict: unknown): unknown;
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function isStateful(value: object): value is Stateful {
  const { stateDict, loadStateDict } = value as Partial<Stateful>;
  return typeof stateDict === "function" && typeof loadStateDict === "function";
}

/** What `Object.prototype.toString` says: the same for the objects of every realm. */
export function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/**
 * The parts of an object: what it holds under properties of its own, getters excepted, and as a `Map`
 * or a `Set`. What private fields and the variables of functions hold cannot be seen.
 */
export function* partsOf(path: string, value: object): Generator<Part> {
  if (ArrayBuffer.isView(value)) return;
  const tag = tagOf(value);
  if (tag === "Map") {
    for (const [key, item] of value as Map<unknown, unknown>)
      yield [`${path}.get(${isObject(key) ? tagOf(key) : JSON.stringify(key)})`, item];
  }
  if (tag === "Set") yield [`${path}.values()`, [...(value as Set<unknown>)]];
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property && "value" in property && !(tag === "Array" && key === "length"))
      yield [childPath(path, key, tag), property.value];
  }
}

/** The path of what is under `key` in the object at `path`. */
export function childPath(path: string, key: string | symbol, tag = "Object"): string {
  if (typeof key === "symbol" || tag === "Array") return `${path}[${String(key)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
