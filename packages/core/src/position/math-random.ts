import { expected } from "../errors.ts";
import { isThenable } from "../thenable.ts";
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
    throw expected(
      "the function given to withMathRandom",
      "synchronous",
      body,
      "Draws after its first await would not be keyed: wrap each synchronous call.",
    );
  }
  return result;
}
