import { expect, test } from "@jest/globals";
import { hashKey } from "../../src/position/random-key.ts";
import { randomBits } from "../../src/position/random-bits.ts";

/** The reference of its authors, line by line, in integers of 64 bits. */
function reference(state: readonly number[]): () => number {
  const word = (high = 0, low = 0): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const rotate = (x: bigint, k: bigint): bigint => BigInt.asUintN(64, (x << k) | (x >> (64n - k)));
  let s0 = word(state[0], state[1]);
  let s1 = word(state[2], state[3]);
  return () => {
    const result = Number(BigInt.asIntN(32, s0 + s1));
    s1 ^= s0;
    s0 = BigInt.asUintN(64, rotate(s0, 24n) ^ s1 ^ (s1 << 16n));
    s1 = rotate(s1, 37n);
    return result;
  };
}

test("the bits are those of xoroshiro128+ as its authors wrote it", () => {
  for (let key = 0; key < 100; key++) {
    const state = hashKey(7, "reference", [key]);
    const [ours, theirs] = [randomBits(state), reference(state)];
    expect(Array.from({ length: 100 }, ours)).toEqual(Array.from({ length: 100 }, theirs));
  }
});
