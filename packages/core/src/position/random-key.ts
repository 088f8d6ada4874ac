import { threefry, type Words } from "./random-threefry.ts";

// "Repr" "ise!", and the version of the scheme. Resumed runs must draw what the interrupted ones
// would have drawn, so a change here makes every unfinished run in the world diverge.
const initial: Words = [0x52657072, 0x69736521, 0, 1];

/**
 * 128 bits that are a function of (seed, label, key) alone, and of nothing less: two inputs that
 * differ anywhere share their bits no more often than two draws of 128 random bits would.
 *
 * The input is written without ambiguity as 32-bit words: the seed, the two lengths, the UTF-16 code
 * units of the label, the numbers of the key. The words go through Threefry in blocks of four, chained
 * as Matyas, Meyer and Oseas do it: each block is encrypted under the result so far, and added to it.
 */
export function hashKey(seed: number, label: string, key: readonly number[]): Words {
  const words = [...integerWords(seed), label.length, key.length];
  for (let unit = 0; unit < label.length; unit += 2) {
    // The length is written above, so the zero behind the last unit of an odd one is no ambiguity.
    const second = unit + 1 < label.length ? label.charCodeAt(unit + 1) : 0;
    words.push(label.charCodeAt(unit) | (second << 16));
  }
  for (const number of key) words.push(...integerWords(number));

  let state = initial;
  for (let at = 0; at < words.length; at += 4) {
    const block = [
      words[at] ?? 0,
      words[at + 1] ?? 0,
      words[at + 2] ?? 0,
      words[at + 3] ?? 0,
    ] as const;
    const [a, b, c, d] = threefry(state, block);
    state = [a ^ block[0], b ^ block[1], c ^ block[2], d ^ block[3]];
  }
  return state;
}

/** The low and the high 32 bits of a safe integer in two's complement. */
function integerWords(integer: number): readonly [number, number] {
  return [integer | 0, Math.floor(integer / 2 ** 32) | 0];
}
