import { requirePositiveInteger } from "./require-positive.ts";
import { crossesMultiple, type SavePolicy } from "./save-policy.ts";

/**
 * Saves when the run's step count has reached the next multiple of `steps`. Counted over the whole
 * run, across epochs and resumes, so that interruptions do not shift the rhythm.
 */
export function everySteps(steps: number): SavePolicy {
  requirePositiveInteger("everySteps", steps);
  return {
    name: `every ${steps} steps`,
    epochsOnly: false,
    isDue: ({ step, last }) => crossesMultiple(steps, last.step, step),
  };
}
