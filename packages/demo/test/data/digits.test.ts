import { describe, expect, test } from "@jest/globals";
import { type DigitSet, loadDigits } from "../../src/data/digits.ts";

const digits = loadDigits();
const sets = Object.values(digits) as DigitSet[];
const rowOf = ({ images }: DigitSet, row: number): Float32Array =>
  images.subarray(row * 784, (row + 1) * 784);

describe("the digits", () => {
  test("are 8,000 to train with, 1,000 to validate and 1,000 to test", () => {
    expect(sets.map(({ length }) => length)).toEqual([8000, 1000, 1000]);
    expect(sets.map(({ images }) => images.length)).toEqual([8000 * 784, 784_000, 784_000]);
    expect(sets.map(({ labels }) => labels.length)).toEqual([8000, 1000, 1000]);
  });

  test("are grey values from 0 to 1, and no image is empty", () => {
    for (const set of sets) {
      expect(set.images.every((grey) => grey >= 0 && grey <= 1)).toBe(true);
      for (let row = 0; row < set.length; row++) {
        expect(rowOf(set, row).some((grey) => grey > 0.5)).toBe(true);
      }
    }
  });

  test("come in every set as often as a random split gives them", () => {
    for (const { labels, length } of sets) {
      const counts = new Float64Array(10);
      for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
      expect(Math.min(...counts) / length).toBeGreaterThan(0.06);
      expect(Math.max(...counts) / length).toBeLessThan(0.14);
    }
  });

  test("keep their labels: ones are the thinnest, zeros the boldest", () => {
    const sums = new Float64Array(10);
    const counts = new Float64Array(10);
    for (const set of sets) {
      for (const [row, label] of set.labels.entries()) {
        const ink = rowOf(set, row).reduce((sum, grey) => sum + grey, 0);
        sums[label] = (sums[label] ?? 0) + ink;
        counts[label] = (counts[label] ?? 0) + 1;
      }
    }
    const means = Array.from(sums, (sum, digit) => sum / (counts[digit] ?? 0));
    expect(means.indexOf(Math.min(...means))).toBe(1);
    expect(means.indexOf(Math.max(...means))).toBe(0);
    // The counts of the package, digit by digit.
    expect([...counts]).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  });

  test("are in the same sets in every process, and in no two of them", () => {
    expect([...digits.train.labels.subarray(0, 12)]).toEqual([4, 1, 8, 5, 7, 3, 0, 6, 7, 8, 0, 4]);
    const rows = new Set<string>();
    let repeated = 0;
    for (const set of sets) {
      for (let row = 0; row < set.length; row++) {
        const text = rowOf(set, row).join();
        if (rows.has(text)) repeated++;
        rows.add(text);
      }
    }
    expect(repeated).toBe(0);
  });
});
