import { RepriseError, show } from "../errors.ts";
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
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected the seed of keyedRandom to be an integer between -(2 ** 53 - 1) and 2 ** 53 - 1, got ` +
        `${show(seed)}. A run can only be repeated from a seed that is written down, such as 42.`,
    );
  }
  const random = (label: string, ...key: readonly number[]): RandomStream => {
    checkKey(label, key);
    return createRandomStream(hashKey(seed, label, key));
  };
  return Object.assign(random, { seed });
}

function checkKey(label: string, key: readonly number[]): void {
  if (typeof label !== "string") {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected the first argument of random to say what it is for, as in random("dropout", epoch, ` +
        `batch), got ${show(label)}.`,
    );
  }
  const wrong = key.findIndex((number) => !Number.isSafeInteger(number) || number < 0);
  if (wrong !== -1) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected the key of random(${show(label)}) to consist of integers that are not negative, such ` +
        `as an epoch and a batch, got ${show(key[wrong])} as number ${wrong + 1} of the key.`,
    );
  }
}
