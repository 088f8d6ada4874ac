import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { RepriseError, show } from "../errors.ts";
import { logarithm } from "./random-logarithm.ts";
import type { Words } from "./random-threefry.ts";

/** Random numbers that follow from a key. Its functions may be passed on alone, as
 * in `Math.random = stream.next`. */
export interface RandomStream {
  /** A number from 0 up to, and without, 1, with 53 random bits. */
  readonly next: () => number;
  /**
   * An integer from 0 up to, and without, `n`, each equally likely. `n` is a positive safe integer,
   * or this throws `INVALID_ARGUMENT`.
   */
  readonly int: (n: number) => number;
  /** A number from the normal distribution with mean 0 and standard deviation 1. */
  readonly normal: () => number;
  /** Puts the elements of an array or typed array in random order, in place. */
  readonly shuffle: <T>(array: { readonly length: number; [index: number]: T }) => void;
}

/** The stream that starts from 128 well mixed bits: xoroshiro128+ and the distributions over it. */
export function createRandomStream(state: Words): RandomStream {
  const generator = xoroshiro128plusFromState(isZero(state) ? [0, 0, 0, 1] : state);
  const next = (): number => uniformFloat64(generator);
  let spare: number | undefined;

  return {
    next,

    int(n) {
      if (!Number.isSafeInteger(n) || n < 1) {
        throw new RepriseError(
          "INVALID_ARGUMENT",
          `Expected n of int(n) to be a positive integer: the draw is from 0 to n - 1. Got ${show(n)}.`,
        );
      }
      return uniformInt(generator, 0, n - 1);
    },

    // Marsaglia's polar method: a point of the unit disk gives two independent numbers.
    normal() {
      if (spare !== undefined) {
        const saved = spare;
        spare = undefined;
        return saved;
      }
      let x: number;
      let y: number;
      let square: number;
      do {
        x = 2 * next() - 1;
        y = 2 * next() - 1;
        square = x * x + y * y;
      } while (square >= 1 || square === 0);
      const scale = Math.sqrt((-2 * logarithm(square)) / square);
      spare = y * scale;
      return x * scale;
    },

    // Fisher and Yates.
    shuffle<T>(array: { readonly length: number; [index: number]: T }) {
      for (let last = array.length - 1; last > 0; last--) {
        const chosen = uniformInt(generator, 0, last);
        const element = array[last] as T;
        array[last] = array[chosen] as T;
        array[chosen] = element;
      }
    },
  };
}

// The one state that xoroshiro128+ never leaves.
function isZero(state: Words): boolean {
  return state.every((word) => word === 0);
}
