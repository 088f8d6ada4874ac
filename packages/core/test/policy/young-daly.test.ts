import { describe, expect, test } from "@jest/globals";
import type { SaveContext, SaveCosts } from "../../src/policy/save-policy.ts";
import { saveInterval, youngDaly, type YoungDalyOptions } from "../../src/policy/young-daly.ts";

const hour = 3600;
const costs: SaveCosts = { stall: 0.2, lag: 5, failures: 0, exposure: 0 };

/** What a policy is told `seconds` after the last save. */
function contextAfter(seconds: number, known?: SaveCosts): SaveContext {
  const last = { step: 0, epochs: 0, seconds: 1000 };
  const context = { point: "batch", step: 1, epochs: 0, seconds: 1000 + seconds, last } as const;
  return known ? { ...context, costs: known } : context;
}

describe("the interval", () => {
  test("is Young's, of the stall and of one failure in 4 hours, where nothing else is known", () => {
    expect(saveInterval(costs)).toBeCloseTo(75.89, 2);
  });

  test.each([
    ["grows with the root of the stall", { stall: 0.8 }, 2],
    ["grows while nothing fails", { exposure: 12 * hour }, 2],
    ["shrinks with every failure", { failures: 3 }, 0.5],
    ["stays when failures come as expected", { failures: 3, exposure: 12 * hour }, 1],
  ])("%s", (_, change, factor) => {
    expect(saveInterval({ ...costs, ...change }) / saveInterval(costs)).toBeCloseTo(factor, 9);
  });

  test("forgets what was expected as the run shows how often it fails", () => {
    const seen = { ...costs, failures: 1000, exposure: 1000 * hour };
    const expectations = [hour, 4 * hour, 100 * hour];
    for (const meanTimeBetweenFailures of expectations)
      expect(saveInterval(seen, { meanTimeBetweenFailures }) / 37.95).toBeCloseTo(1, 1);
  });

  test("is never shorter than a save takes to be written", () => {
    expect(saveInterval({ ...costs, lag: 100 })).toBe(100);
    expect(saveInterval({ ...costs, stall: 0 })).toBe(5);
  });

  test("leaves to the stalls no more than their share", () => {
    const often = { ...costs, failures: 1e6 };
    expect(saveInterval({ ...often, stall: 1 })).toBeCloseTo(10, 9);
    expect(saveInterval({ ...often, stall: 1 }, { maxOverhead: 0.02 })).toBeCloseTo(50, 9);
  });
});

describe("youngDaly", () => {
  test("is due at the first save point after the interval", () => {
    const due = (seconds: number): boolean => youngDaly().isDue(contextAfter(seconds, costs));
    expect([0, 75, 75.8, 75.9, 76, 1e6].map(due)).toEqual([false, false, false, true, true, true]);
  });

  test("is first due after 10 seconds, since what a save costs must be seen", () => {
    const due = (seconds: number): boolean => youngDaly().isDue(contextAfter(seconds));
    expect([0, 9.9, 10, 11].map(due)).toEqual([false, false, true, true]);
  });

  test("takes its options", () => {
    const policy = youngDaly({ meanTimeBetweenFailures: hour });
    const due = (seconds: number): boolean => policy.isDue(contextAfter(seconds, costs));
    expect([37, 38].map(due)).toEqual([false, true]);
  });

  test("may be due at the end of an epoch and between two batches", () => {
    expect(youngDaly()).toMatchObject({ name: "when it pays", epochsOnly: false });
    const epochEnd = { ...contextAfter(76, costs), point: "epoch" } as const;
    expect(youngDaly().isDue(epochEnd)).toBe(true);
  });

  test.each([
    [
      { ...costs, exposure: 2 * hour },
      "saves every 93 s: 0.2 s of stall, 1 failure in 6 h expected (0 seen in 2 h), floor 5 s",
    ],
    [
      { stall: 30, lag: 30, failures: 5, exposure: 600 },
      "saves every 390 s: 30 s of stall, 1 failure in 2500 s expected (5 seen in 600 s), floor 300 s",
    ],
  ])("explains what it does with %j", (known, expected) => {
    expect(youngDaly().explain?.(known)).toBe(expected);
  });

  test.each([
    ...[0, -1, NaN, Infinity, "3", true, null].map((found) => ["meanTimeBetweenFailures", found]),
    ...[0, -0.1, 1.1, NaN, "0.1", true, null].map((found) => ["maxOverhead", found]),
  ])("refuses a %s of %p", (option, found) => {
    const options = { [option as string]: found } as YoungDalyOptions;
    for (const make of [youngDaly, (given: YoungDalyOptions) => saveInterval(costs, given)])
      expect(() => make(options)).toThrow(
        expect.objectContaining({
          code: "INVALID_ARGUMENT",
          details: { found },
          message: expect.stringContaining(option as string),
        }),
      );
  });
});
