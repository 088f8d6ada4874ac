import { expect, test } from "@jest/globals";
import { lifeTimes } from "../../src/goodput/life-times.ts";

test("lives are the same for the same seed, and as long as asked for in the mean", () => {
  const lifeTime = lifeTimes(1, 4);
  const lives = Array.from({ length: 2000 }, (_, life) => lifeTime(life));
  expect(lives.map((_, life) => lifeTimes(1, 4)(life))).toEqual(lives);
  expect(lifeTimes(2, 4)(0)).not.toBe(lives[0]);
  expect(Math.min(...lives)).toBeGreaterThan(0);
  expect(lives.reduce((sum, life) => sum + life, 0) / lives.length).toBeCloseTo(4, 0);
});
