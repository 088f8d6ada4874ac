/** 128 bits as four words of 32. */
export type Words = readonly [number, number, number, number];

const rotationsOfEvenGroups = [10, 26, 11, 21, 13, 27, 23, 5] as const;
const rotationsOfOddGroups = [6, 20, 17, 11, 25, 10, 18, 20] as const;
const parity = 0x1bd11bda;

/**
 * Threefry-4x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011):
 * encrypts `block` under `key`. Every bit of the result depends on every bit of both. It adds,
 * rotates and xors words only, so every engine computes the same.
 */
export function threefry(key: Words, block: Words): Words {
  let [k0, k1, k2, k3] = key;
  let k4 = parity ^ k0 ^ k1 ^ k2 ^ k3;
  let x0 = (block[0] + k0) | 0;
  let x1 = (block[1] + k1) | 0;
  let x2 = (block[2] + k2) | 0;
  let x3 = (block[3] + k3) | 0;
  for (let group = 1; group <= 5; group++) {
    const [a, b, c, d, e, f, g, h] = group % 2 === 1 ? rotationsOfEvenGroups : rotationsOfOddGroups;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, a) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = rotate(x3, b) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = rotate(x3, c) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = rotate(x1, d) ^ x2;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, e) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = rotate(x3, f) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = rotate(x3, g) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = rotate(x1, h) ^ x2;
    // The key schedule: the five words of the key move on by one place after each group.
    [k0, k1, k2, k3, k4] = [k1, k2, k3, k4, k0];
    x0 = (x0 + k0) | 0;
    x1 = (x1 + k1) | 0;
    x2 = (x2 + k2) | 0;
    x3 = (x3 + k3 + group) | 0;
  }
  return [x0, x1, x2, x3];
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
