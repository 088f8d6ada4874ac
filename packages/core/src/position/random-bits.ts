import type { Words } from "./random-threefry.ts";

/**
 * xoroshiro128+ (Blackman and Vigna, 2016; shifts 24, 16, 37): each call gives the low 32 bits of its
 * next number, as a signed integer. `state` is its two words of 64 bits, the high half of each first.
 */
export function randomBits(state: Words): () => number {
  // All zero is the one state that it never leaves.
  let [high0, low0, high1, low1] = state.some((word) => word !== 0) ? state : [0, 0, 0, 1];
  return () => {
    const sum = (low0 + low1) | 0;
    const low = low0 ^ low1;
    const high = high0 ^ high1;
    const low0Before = low0;
    low0 = (low0 << 24) ^ (high0 >>> 8) ^ low ^ (low << 16);
    high0 = (high0 << 24) ^ (low0Before >>> 8) ^ high ^ ((high << 16) | (low >>> 16));
    low1 = (high << 5) ^ (low >>> 27);
    high1 = (low << 5) ^ (high >>> 27);
    return sum;
  };
}
