import { show } from "../errors.ts";
import { isObject } from "../is-object.ts";
import { classify } from "./classify.ts";
import { refusal } from "./refusal.ts";

/**
 * Refuses, with `UNSUPPORTED_STATE`, what a program gives as its state although nothing could be
 * brought back into it: a primitive, or a plain object that holds primitives, which are copies of
 * the program's variables. And a tensor reference, which only a `stateDict()` can give.
 */
export function requireStateRoot(state: unknown, path = "state"): void {
  const kind = isObject(state) ? classify(state) : "reference";
  if (kind === "reference") throw copied(path, state);
  if (kind !== "record") return;
  for (const [key, value] of Object.entries(state as object))
    if (!isObject(value) && typeof value !== "function") throw copied(`${path}.${key}`, value);
}

function copied(path: string, value: unknown): Error {
  return refusal(
    path,
    `it is ${show(value)}, which nothing can be loaded into`,
    "Put it into an object, or give { get, set }.",
  );
}
