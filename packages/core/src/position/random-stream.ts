import { expected } from "../errors.ts";
import { randomBits } from "./random-bits.ts";
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

/** The stream that starts from 128 well mixed bits. */
export function createRandomStream(state: Words): RandomStream {
  const bits = randomBits(state);
  const next = (): number => (bits() & 0x3ffffff) * 2 ** -26 + (bits() & 0x7ffffff) * 2 ** -53;
  let spare: number | undefined;

  /** An integer below `n`, at most 2 ** 32: draws from an incomplete last round are thrown away. */
  function below(n: number): number {
    const rounds = Math.floor(2 ** 32 / n) * n;
    let drawn: number;
    do drawn = bits() + 2 ** 31;
    while (drawn >= rounds);
    return drawn % n;
  }

  return {
    next,

    int(n) {
      if (!Number.isSafeInteger(n) || n < 1) throw expected("n of int(n)", "a positive integer", n);
      if (n <= 2 ** 32) return below(n);
      const highs = Math.floor(n / 2 ** 32) + 1;
      let drawn: number;
      do drawn = below(highs) * 2 ** 32 + below(2 ** 32);
      while (drawn >= n);
      return drawn;
    },

    // Marsaglia's polar method: a point of the unit disk gives two independent numbers.
    normal() {
      const saved = spare;
      spare = undefined;
      if (saved !== undefined) return saved;
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
        const chosen = below(last + 1);
        const element = array[last] as T;
        array[last] = array[chosen] as T;
        array[chosen] = element;
      }
    },
  };
}
