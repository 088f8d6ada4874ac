import { holdersOf } from "./array-types.ts";

/** What a live object is to Reprise. `other` cannot be state. */
export type ObjectKind =
  | "view"
  | "array"
  | "record"
  | "map"
  | "set"
  | "date"
  | "tensor"
  | "reference"
  | "stateDict"
  | "reassigned"
  | "other";

type Members = Readonly<Record<string, unknown>>;

// A method of the engine throws for anything that is not what it belongs to, whatever it calls itself.
const builtIns: Readonly<Record<string, readonly [ObjectKind, (value: object) => unknown]>> = {
  "[object Map]": ["map", (value) => Map.prototype.has.call(value, 0)],
  "[object Set]": ["set", (value) => Set.prototype.has.call(value, 0)],
  "[object Date]": ["date", (value) => Date.prototype.getTime.call(value)],
};

/** Tells what `value` is, of whichever realm, without running any code of its own but getters. */
export function classify(value: object): ObjectKind {
  if (ArrayBuffer.isView(value)) return "view";
  const level = levelOf(value);
  if (Array.isArray(value)) return level === 2 ? "array" : "other";
  const members = value as Members;
  if (isFunction(members["stateDict"]) && isFunction(members["loadStateDict"])) return "stateDict";
  const isShaped = Array.isArray(members["shape"]) && holdersOf(members["dtype"]).length > 0;
  if (isShaped && isFunction(members["read"]) && isFunction(members["release"])) return "reference";
  if (level < 2) {
    const isTensor = isShaped && ArrayBuffer.isView(members["data"]);
    if (isTensor && Object.keys(value).length === 3) return "tensor";
    const isPair = isFunction(members["get"]) && isFunction(members["set"]);
    return isPair && Object.keys(value).length === 2 ? "reassigned" : "record";
  }
  const [kind, probe] = builtIns[Object.prototype.toString.call(value)] ?? [];
  try {
    probe?.(value);
    return (level === 2 && kind) || "other";
  } catch {
    return "other";
  }
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

/**
 * How many prototypes an object has: none or one if it is plain, two if it is of a built-in class or of
 * one without a base. Who knows what else is held by an instance of a class of a built-in one (more), or
 * what was inherited from an object that is not `Object.prototype` (endless).
 */
function levelOf(value: object): number {
  let level = 0;
  let base = value;
  for (let next: object | null; (next = Object.getPrototypeOf(base) as object | null); level++)
    base = next;
  return level === 0 || Object.hasOwn(base, "isPrototypeOf") ? level : Infinity;
}
