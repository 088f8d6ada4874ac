import { describe, expect, test } from "@jest/globals";
import { hashKey } from "../../src/position/random-key.ts";
import { logarithm } from "../../src/position/random-logarithm.ts";
import { createRandomStream } from "../../src/position/random-stream.ts";
import { threefry, type Words } from "../../src/position/random-threefry.ts";

function words(text: string): Words {
  const [a, b, c, d] = text.split(" ").map((word) => Number.parseInt(word, 16) | 0);
  return [a ?? 0, b ?? 0, c ?? 0, d ?? 0];
}

function differingBits(one: Words, other: Words): number {
  let bits = 0;
  for (const [at, word] of one.entries()) {
    for (let rest = word ^ (other[at] ?? 0); rest !== 0; rest &= rest - 1) bits++;
  }
  return bits;
}

describe("threefry", () => {
  // From the known-answer tests of Random123, the library of its authors.
  test.each([
    [
      "00000000 00000000 00000000 00000000",
      "00000000 00000000 00000000 00000000",
      "9c6ca96a e17eae66 fc10ecd4 5256a7d8",
    ],
    [
      "ffffffff ffffffff ffffffff ffffffff",
      "ffffffff ffffffff ffffffff ffffffff",
      "2a881696 57012287 f6c7446e a16a6732",
    ],
    [
      "a4093822 299f31d0 082efa98 ec4e6c89",
      "243f6a88 85a308d3 13198a2e 03707344",
      "59cd1dbb b8879579 86b5d00c ac8b6d84",
    ],
  ])("gives the published answer for the key %s", (key, block, answer) => {
    expect(threefry(words(key), words(block))).toEqual(words(answer));
  });
});

describe("the bits of a key", () => {
  test("half of them change with any one bit of the seed, of the label or of the key", () => {
    const base = hashKey(42, "dropout", [3, 17]);
    const changed: Words[] = [];
    for (let bit = 0; bit < 50; bit++) {
      changed.push(hashKey(42 + 2 ** bit, "dropout", [3, 17]));
      changed.push(hashKey(42, "dropout", [3 + 2 ** bit, 17]));
      changed.push(hashKey(42, "dropout", [3, 17 + 2 ** bit]));
    }
    for (let bit = 0; bit < 16; bit++) {
      for (const at of [0, 3, 6]) {
        const units = Array.from("dropout", (unit) => unit.charCodeAt(0));
        units[at] = (units[at] ?? 0) ^ (1 << bit);
        changed.push(hashKey(42, String.fromCharCode(...units), [3, 17]));
      }
    }
    const distances = changed.map((other) => differingBits(base, other));
    const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
    // 128 fair coins: 64 ± 5.7 each, and ± 0.4 for the mean of 198.
    expect(Math.abs(mean - 64)).toBeLessThan(2);
    expect(Math.min(...distances)).toBeGreaterThan(35);
    expect(Math.max(...distances)).toBeLessThan(93);
  });

  test("what is in the label never passes for what is in the key", () => {
    const inputs = [
      hashKey(1, "", []),
      hashKey(1, "", [0]),
      hashKey(1, "\0", []),
      hashKey(1, "\0\0", []),
      hashKey(1, "\0\0\0\0", []),
      hashKey(1, "", [0, 0]),
      hashKey(1, "", [0, 0, 0, 0]),
      hashKey(0, "", [1]),
    ];
    expect(new Set(inputs.map(String)).size).toBe(inputs.length);
  });
});

test("a stream whose bits are all zero is not stuck at zero", () => {
  const stream = createRandomStream([0, 0, 0, 0]);
  const draws = Array.from({ length: 50 }, stream.next);
  expect(new Set(draws).size).toBeGreaterThan(45);
});

test("the logarithm is that of the platform to within a few units in the last place", () => {
  let worst = Math.abs(logarithm(Number.MIN_VALUE) / Math.log(Number.MIN_VALUE) - 1);
  for (let at = 1; at < 20_000; at++) {
    for (const x of [at / 20_000, 1 - at * 2 ** -53, 2 ** -(at % 1000) * 0.7]) {
      worst = Math.max(worst, Math.abs(logarithm(x) / Math.log(x) - 1));
    }
  }
  expect(worst).toBeLessThan(1e-15);
  expect(logarithm(1)).toBe(0);
});
