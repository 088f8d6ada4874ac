import { RepriseError } from "../errors.ts";
import type { RandomStream } from "./random-stream.ts";

/**
 * Calls `body` once and returns its result, with `Math.random` drawing from `stream` meanwhile: for
 * libraries that take their random numbers from there. Calls may nest; `Math.random` is put back also
 * when `body` throws. Throws `INVALID_ARGUMENT` when `body` is asynchronous.
 */
export function withMathRandom<T>(stream: RandomStream, body: () => T): T {
  const before = Math.random;
  Math.random = stream.next;
  let result: T;
  try {
    result = body();
  } finally {
    Math.random = before;
  }
  if (isThenable(result)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      "Expected withMathRandom to be given a synchronous function, got one that returns a promise: " +
        "what it draws after its first await would come from the ordinary Math.random and differ " +
        "from run to run. Wrap each synchronous call that draws, and await outside.",
    );
  }
  return result;
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
