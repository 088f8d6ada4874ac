import { describe, expect, test } from "@jest/globals";
import { everySeconds, everySteps, type SaveContext, type SavePolicy } from "@reprise/core";
import type { Scenario } from "../src/scenario.ts";
import { simulate, type Outcome } from "../src/simulation.ts";
import { estimate } from "../src/statistics.ts";
import { outcomes, wastes } from "../src/waste.ts";

const scenario: Scenario = {
  name: "small",
  stall: 1,
  lag: 5,
  restart: 7,
  step: 1,
  work: 100,
  failures: { kind: "exponential", meanTimeBetween: 40 },
};

/** Fails after each of these gaps, then never again. */
function after(...gaps: readonly number[]): () => number {
  const left = [...gaps];
  return () => left.shift() ?? Infinity;
}

/** Saves at step 50 alone. */
const half: SavePolicy = {
  name: "at half",
  epochsOnly: false,
  isDue: ({ step, last }) => last.step < 50 && step >= 50,
};

const nothing: Outcome = {
  wall: 100,
  stalled: 0,
  lost: 0,
  restarting: 0,
  saves: 0,
  interruptions: 0,
};

describe("a training", () => {
  test("takes its work where nothing is saved and nothing fails", () => {
    expect(simulate(scenario, everySteps(1000), after())).toEqual(nothing);
  });

  test("stands still for each save, and counts it once it is acknowledged", () => {
    expect(simulate(scenario, everySteps(10), after())).toEqual({
      ...nothing,
      wall: 109,
      stalled: 9,
      saves: 9,
    });
  });

  test.each([
    ["in the lag of its only save begins again", 54.9, { lost: 53.9, saves: 1 }],
    ["after the acknowledgement goes on from the save", 55.1, { lost: 4.1, saves: 1 }],
    ["in the stall of a save begins again", 50.25, { lost: 50, saves: 1 }],
  ])("that fails %s", (_, failsAt, { lost, saves }) => {
    const { wall, stalled, restarting, interruptions, ...rest } = simulate(
      scenario,
      half,
      after(failsAt),
    );
    expect(rest).toEqual({ lost: expect.closeTo(lost, 9), saves });
    expect({ restarting, interruptions }).toEqual({ restarting: 7, interruptions: 1 });
    expect(wall).toBeCloseTo(100 + stalled + lost + 7, 9);
  });

  test("begins its restart again when it fails in it, and loses no more by that", () => {
    const { restarting, interruptions, lost } = simulate(scenario, half, after(60, 6, 5));
    expect({ restarting, interruptions }).toEqual({ restarting: 18, interruptions: 1 });
    expect(lost).toBeCloseTo(9, 9);
  });

  test("writes one save at a time, and of those that wait the newest", () => {
    const fast = { ...scenario, stall: 0, lag: 2.4, work: 10 };
    // Step 1 is acknowledged at 3.4, step 3 at 5.8, step 5 at 8.2.
    const keptAt = (failsAt: number): number =>
      failsAt - simulate(fast, everySteps(1), after(failsAt)).lost;
    expect([3.3, 3.5, 5.7, 5.9, 8.1, 8.3].map((at) => Math.round(keptAt(at)))).toEqual([
      0, 1, 1, 3, 3, 5,
    ]);
  });
});

describe("what a policy is told", () => {
  /** Every question, with the answer of `policy`. */
  function questions(policy: SavePolicy, ...gaps: readonly number[]): SaveContext[] {
    const asked: SaveContext[] = [];
    const isDue = (context: SaveContext): boolean => {
      asked.push(structuredClone(context));
      return policy.isDue(context);
    };
    simulate(scenario, { ...policy, isDue }, after(...gaps));
    return asked;
  }

  test("is nothing of costs until a save is acknowledged, nor after an interruption before", () => {
    const asked = questions(half, 54.9);
    expect(asked.filter(({ seconds }) => seconds < 110).map(({ costs }) => costs)).toEqual(
      asked.filter(({ seconds }) => seconds < 110).map(() => undefined),
    );
    expect(asked.at(-1)?.costs).toMatchObject({ stall: 1, lag: 5, failures: 1 });
  });

  test("is of an interrupted attempt only what its last save told", () => {
    const { seconds = 0, costs } = questions(half, 70).at(-1) ?? {};
    // The second attempt begins at 77; the first one's save was taken at 50.
    expect(costs).toEqual({ stall: 1, lag: 5, failures: 1, exposure: 50 + seconds - 77 });
  });
});

describe("the waste under exponential failures", () => {
  test("is that of Daly's formula, which is exact for saves in the loop", () => {
    const sync = { ...scenario, lag: 1, restart: 5, work: 1000 };
    const mean = sync.failures.meanTimeBetween;
    const segment = (seconds: number): number =>
      mean * Math.exp(sync.restart / mean) * (Math.exp(seconds / mean) - 1);
    const expected = (49 * segment(21) + segment(20)) / sync.work - 1;
    const found = estimate(wastes(sync, everySteps(20), { runs: 2000, seed: 1 }));
    expect(Math.abs(found.mean - expected)).toBeLessThan(found.margin);
    expect(found.margin / found.mean).toBeLessThan(0.02);
  });

  test("is made of stalls, lost work and restarts", () => {
    const all = outcomes(scenario, everySeconds(10), { runs: 200, seed: 3 });
    expect(all.reduce((sum, { interruptions }) => sum + interruptions, 0)).toBeGreaterThan(200);
    for (const { wall, stalled, lost, restarting } of all) {
      expect(lost).toBeGreaterThanOrEqual(-1e-9);
      expect(wall).toBeCloseTo(scenario.work + stalled + lost + restarting, 6);
    }
  });

  test("is the same for the same seed, and another for another", () => {
    const of = (seed: number): number[] => wastes(scenario, everySeconds(10), { runs: 5, seed });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});
