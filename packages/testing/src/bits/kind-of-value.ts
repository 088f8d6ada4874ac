/** What `Object.prototype.toString` says of a value, or its primitive type; the same in every realm. */
export function tagOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object" && typeof value !== "function") return typeof value;
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/** The name of the class of an object; plain objects, with and without a prototype, have none. */
export function classOf(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  return prototype.constructor?.name ?? "an unnamed class";
}

/** A value as it reads in a message, short. Floats are shown with their bits elsewhere. */
export function describeValue(value: unknown): string {
  const tag = tagOf(value);
  if (typeof value === "string") return JSON.stringify(shorten(value));
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return shorten(String(value));
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (tag === "ArrayBuffer" || tag === "SharedArrayBuffer" || tag === "DataView") {
    return `a ${tag} of ${(value as ArrayBuffer).byteLength} bytes`;
  }
  if (ArrayBuffer.isView(value)) return `a ${tag} of ${(value as Uint8Array).length}`;
  if (tag === "Map" || tag === "Set") return `a ${tag} of ${(value as Set<unknown>).size}`;
  if (tag === "Date") return describeDate(value as Date);
  if (tag !== "Object") return `a ${tag}`;
  const name = classOf(value);
  return name === undefined ? "a plain object" : `an instance of ${name}`;
}

function describeDate(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? "an invalid Date" : `the Date ${new Date(time).toISOString()}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
