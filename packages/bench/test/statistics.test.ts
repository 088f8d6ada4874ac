import { describe, expect, test } from "@jest/globals";
import { bootstrapMedian, medianOf, quantileOf } from "../src/statistics.ts";

describe("quantiles", () => {
  test("the median of an even number of values lies between the two in the middle", () => {
    expect(medianOf([4, 1, 3, 2])).toBe(2.5);
    expect(medianOf([9, 1, 5])).toBe(5);
  });

  test("those between two values lie on the line between them, whatever their order", () => {
    expect(quantileOf([30, 10, 20, 50, 40], 0.25)).toBe(20);
    expect(quantileOf([0, 10], 0.9)).toBeCloseTo(9);
    expect(quantileOf([7], 0.3)).toBe(7);
  });

  test("there is none of no values", () => {
    expect(medianOf([])).toBeNaN();
  });
});

describe("the bootstrap's interval of a median", () => {
  test("is one point for values that are all the same", () => {
    expect(bootstrapMedian(Array.from({ length: 20 }, () => 1.5))).toEqual([1.5, 1.5]);
  });

  test("is the same for the same values, and moves along with them", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    const [low, high] = bootstrapMedian(values);
    expect(bootstrapMedian(values)).toEqual([low, high]);
    expect(bootstrapMedian(values.map((value) => value + 100))).toEqual([low + 100, high + 100]);
  });

  test("lies around the median, and is narrower the more values there are", () => {
    const widthOf = (count: number): number => {
      const values = Array.from({ length: count }, (_, index) => (index + 0.5) / count);
      const [low, high] = bootstrapMedian(values);
      expect(low).toBeLessThan(0.5);
      expect(high).toBeGreaterThan(0.5);
      return high - low;
    };
    expect(widthOf(144)).toBeLessThan(widthOf(16) / 2);
  });

  test("agrees with the ranks that the binomial distribution gives for 25 values", () => {
    // 95.7 % of all medians lie between the 8th and the 18th of 25 values in order.
    const [low, high] = bootstrapMedian(Array.from({ length: 25 }, (_, index) => index + 1));
    expect(Math.abs(low - 8)).toBeLessThanOrEqual(1);
    expect(Math.abs(high - 18)).toBeLessThanOrEqual(1);
  });
});
