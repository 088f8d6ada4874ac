import { isThenable } from "../thenable.ts";
import { RepriseError, show } from "../errors.ts";

/** The error for a value at `path` that cannot be saved and brought back exactly. */
export function refusal(path: string, found: string, cure: string, cause?: unknown): RepriseError {
  return new RepriseError("UNSUPPORTED_STATE", `${path} cannot be saved: ${found}. ${cure}`, {
    details: { path },
    cause,
  });
}

/** The error for a value that cannot be state, with what to do instead. */
export function foreign(path: string, value: unknown): RepriseError {
  const tag = Object.prototype.toString.call(value);
  let cure = "Give it stateDict() and loadStateDict(), or save a plain object.";
  if (typeof value !== "object") cure = "Leave it out, or save its name.";
  else if (isThenable(value)) cure = "Await it first.";
  else if (/Buffer|DataView/.test(tag)) cure = "Wrap it: new Uint8Array(buffer).";
  else if (tag.includes("Weak")) cure = "Use a Map or a Set.";
  return refusal(path, `it is ${show(value)}`, cure);
}
