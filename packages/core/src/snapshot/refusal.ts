import { RepriseError, show } from "../errors.ts";

/** The error for a value at `path` that cannot be saved and brought back exactly. */
export function refusal(path: string, found: string, cure: string, cause?: unknown): RepriseError {
  return new RepriseError("UNSUPPORTED_STATE", `${path} cannot be saved: ${found}. ${cure}`, {
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What stands in the way of saving `value`, and what to do about it. */
export function explain(value: unknown): [found: string, cure: string] {
  if (typeof value === "function")
    return [
      `it is ${show(value)}`,
      "Leave it out of the state, or save what it is made from, such as its name.",
    ];
  if (typeof value === "symbol")
    return [`it is ${String(value)}`, "A symbol ends with the process: use a string."];
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (isThenable(value))
    return ["it is a promise", "Await it before it becomes part of the state."];
  if (tag === "ArrayBuffer" || tag === "SharedArrayBuffer" || tag === "DataView")
    return [`it is ${article(tag)}`, "Wrap it: new Uint8Array(buffer)."];
  if (tag.startsWith("Weak"))
    return [`it is ${article(tag)}, whose contents nobody can list`, "Use a Map or a Set."];
  return [
    `it is ${show(value)}`,
    "Give the class stateDict() and loadStateDict(), or put what it holds into a plain object.",
  ];
}

/** Whether `value` is a promise, or behaves like one. */
export function isThenable(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

function article(name: string): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
