import { show } from "../errors.ts";
import { classify } from "./classify.ts";
import { refusal } from "./refusal.ts";

const cure =
  "A bare `let` cannot be state: put it into an object that the program keeps using, or give { get, set }.";

/**
 * Refuses, with `UNSUPPORTED_STATE`, what a program gives as its state although nothing could be
 * brought back into it: a primitive, or a plain object that holds primitives, which are copies of
 * the program's variables.
 */
export function requireStateRoot(state: unknown, path = "state"): void {
  if (typeof state !== "object" || state === null)
    throw refusal(path, `it is ${show(state)}`, cure);
  const kind = classify(state);
  if (kind === "reference")
    throw refusal(
      path,
      "it is a tensor reference, which only stateDict() can give",
      "Use a typed array.",
    );
  if (kind !== "record") return;
  for (const [key, value] of Object.entries(state)) {
    if (typeof value === "object" ? value === null : typeof value !== "function")
      throw refusal(`${path}.${key}`, `it is ${show(value)}, a copy of a variable`, cure);
  }
}
