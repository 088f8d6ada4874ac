import { type SavePolicy, keyedRandom } from "@reprise/core";
import { drawGap } from "./failures.ts";
import type { Scenario } from "./scenario.ts";
import { simulate, type Outcome } from "./simulation.ts";

/** How many trainings are simulated, and from which seed. */
export interface Sampling {
  readonly runs: number;
  readonly seed: number;
}

/** The trainings of a scenario under a policy. Every policy meets the same failures. */
export function outcomes(
  scenario: Scenario,
  policy: SavePolicy,
  { runs, seed }: Sampling,
): Outcome[] {
  const random = keyedRandom(seed);
  return Array.from({ length: runs }, (_, run) => {
    const stream = random(scenario.name, run);
    return simulate(scenario, policy, () => drawGap(scenario.failures, stream));
  });
}

/** The extra time of each training, as a share of its work. */
export function wastes(scenario: Scenario, policy: SavePolicy, sampling: Sampling): number[] {
  return outcomes(scenario, policy, sampling).map(({ wall }) => wall / scenario.work - 1);
}
