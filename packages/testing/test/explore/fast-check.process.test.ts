import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { schedules } from "../../src/fast-check.ts";
import { exact, momentumNotSaved, thirdInterruption } from "../../src/mutants.ts";
import "../../src/jest.ts";

/** One step less than the loops of the mutants have. */
const steps = 11;

/** The shrunk schedule that a property over random schedules fails for, if it does. */
async function counterexample(
  loop: typeof exact,
  parameters: fc.Parameters<[unknown]>,
): Promise<unknown> {
  const property = fc.asyncProperty(schedules({ steps, interruptions: 6 }), async (schedule) => {
    await expect(loop).toSurvive(schedule);
  });
  const { counterexample: found } = await fc.check(property, parameters as never);
  return found?.[0];
}

describe("random schedules", () => {
  test("are all survived by a training that resumes exactly", async () => {
    expect(await counterexample(exact, { seed: 1, numRuns: 60 })).toBeUndefined();
  });

  test("every life comes to the point at which it is interrupted", async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(schedules({ steps }), async (schedule) => {
        for (const point of schedule) kinds.add(Object.keys(point).toSorted().join());
        // A point that is not reached rejects.
        await expect(exact).toSurvive(schedule);
      }),
      { seed: 7, numRuns: 60 },
    );
    expect(kinds).toEqual(
      new Set(["step", "landed,operation", "kind,step", "forever,kind,operation"]),
    );
  });

  test("shrink to the fewest and earliest interruptions", async () => {
    expect(await counterexample(momentumNotSaved, { seed: 1, numRuns: 100 })).toEqual([
      { step: 2 },
    ]);
    expect(await counterexample(thirdInterruption, { seed: 3, numRuns: 300 })).toHaveLength(3);
  });
});
