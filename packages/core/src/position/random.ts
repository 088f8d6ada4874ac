import { expected, show } from "../errors.ts";
import { hashKey } from "./random-key.ts";
import { createRandomStream, type RandomStream } from "./random-stream.ts";

/**
 * Random numbers without a state that would have to be saved: a fresh stream for every use, named by
 * what it is for and by when it is, such as `random("dropout", epoch, batch)`. The same seed, label
 * and key give the same stream on every machine, in every process, in any order of calls; any
 * difference gives an unrelated one, as `random("x", 1)` and `random("x", 1, 0)` do.
 */
export interface KeyedRandom {
  /** Throws `INVALID_ARGUMENT` unless every number of the key is a safe integer that is not negative. */
  (label: string, ...key: readonly number[]): RandomStream;
  readonly seed: number;
}

/** Keyed randomness from `seed`, a safe integer; throws `INVALID_ARGUMENT` for anything else. */
export function keyedRandom(seed: number): KeyedRandom {
  if (!Number.isSafeInteger(seed)) {
    throw expected("the seed of keyedRandom", "a safe integer, such as 42", seed);
  }
  const random = (label: string, ...key: readonly number[]): RandomStream => {
    if (typeof label !== "string") {
      throw expected(
        "the label of random",
        'a string, as in random("dropout", epoch, batch)',
        label,
      );
    }
    for (const [index, number] of key.entries()) {
      if (!Number.isSafeInteger(number) || number < 0) {
        const subject = `number ${index + 1} of the key of random(${show(label)})`;
        throw expected(subject, "an integer from 0 on", number);
      }
    }
    return createRandomStream(hashKey(seed, label, key));
  };
  return Object.assign(random, { seed });
}
