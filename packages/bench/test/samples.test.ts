import { expect, test } from "@jest/globals";
import { Samples } from "../src/samples.ts";

test("samples tell their median and the range of their middle half", () => {
  const samples = new Samples();
  for (const value of [50, 10, 20, 40, 30]) samples.add(value);
  expect(samples.spread).toEqual({ median: 30, low: 20, high: 40 });
  expect(samples.text).toBe("30 ms [20, 40]");
});

test("short times keep their digits", () => {
  const samples = new Samples();
  samples.add(0.1234);
  expect(samples.text).toBe("0.12 ms [0.12, 0.12]");
});
