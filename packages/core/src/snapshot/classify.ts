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

/** Tells what `value` is, of whichever realm, without running any code of its own but getters. */
export function classify(value: object): ObjectKind {
  if (ArrayBuffer.isView(value)) return "view";
  if (Array.isArray(value)) return isOfBuiltIn(value, "copyWithin") ? "array" : "other";
  const members = value as Members;
  if (typeof members["stateDict"] === "function" && typeof members["loadStateDict"] === "function")
    return "stateDict";
  if (isReference(members)) return "reference";
  if (isPlain(value)) {
    if (isFunctionPair(members) && Object.keys(value).length === 2) return "reassigned";
    return isTensor(members) && Object.keys(value).length === 3 ? "tensor" : "record";
  }
  switch (Object.prototype.toString.call(value)) {
    case "[object Map]":
      return isOfBuiltIn(value, "get") && hasSizeOf(Map.prototype, value) ? "map" : "other";
    case "[object Set]":
      return isOfBuiltIn(value, "add") && hasSizeOf(Set.prototype, value) ? "set" : "other";
    case "[object Date]":
      return isOfBuiltIn(value, "getTime") && isDate(value) ? "date" : "other";
    default:
      return "other";
  }
}

function isFunctionPair(members: Members): boolean {
  return typeof members["get"] === "function" && typeof members["set"] === "function";
}

function isTensor(members: Members): boolean {
  return (
    Array.isArray(members["shape"]) &&
    ArrayBuffer.isView(members["data"]) &&
    holdersOf(members["dtype"]).length > 0
  );
}

function isReference(members: Members): boolean {
  return (
    typeof members["read"] === "function" &&
    typeof members["release"] === "function" &&
    Array.isArray(members["shape"]) &&
    holdersOf(members["dtype"]).length > 0
  );
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return (
    prototype === Object.prototype ||
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"))
  );
}

// A subclass has a prototype of its own, without the methods of the built-in: what else it holds is
// unknown, so that it cannot be brought back.
function isOfBuiltIn(value: object, method: string): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype !== null && Object.hasOwn(prototype, method);
}

// A getter of the engine throws for anything that is not what it belongs to, whatever it calls itself.
function hasSizeOf(prototype: object, value: object): boolean {
  try {
    Reflect.get(prototype, "size", value);
    return true;
  } catch {
    return false;
  }
}

function isDate(value: object): boolean {
  try {
    Date.prototype.getTime.call(value);
    return true;
  } catch {
    return false;
  }
}
