import { everySeconds } from "@reprise/core";
import { bestInterval } from "./best-interval.ts";
import { informed, ours, peers, type Rule } from "./rules.ts";
import type { Scenario } from "./scenario.ts";
import { estimate, type Estimate } from "./statistics.ts";
import { wastes, type Sampling } from "./waste.ts";

/** The waste of one scenario under every rule. */
export interface Comparison {
  readonly scenario: Scenario;
  /** The fixed interval that would have been best, in seconds. */
  readonly bestInterval: number;
  readonly results: readonly Result[];
}

interface Result {
  readonly rule: string;
  /** `undefined` where the rule has no meaning. */
  readonly waste: Estimate | undefined;
  /** How much more is wasted than with the best fixed interval, under the same failures. */
  readonly excess: Estimate | undefined;
}

export function compare(scenario: Scenario, sampling: Sampling): Comparison {
  const best = bestInterval(scenario, sampling);
  const fixed: Rule = { name: "best fixed", policyFor: () => everySeconds(best.seconds) };
  const results = [ours, fixed, informed, ...peers].map(({ name, policyFor }) => {
    const policy = policyFor(scenario);
    const wasted = policy && wastes(scenario, policy, sampling);
    const more = wasted?.map((waste, run) => waste - (best.wastes[run] ?? 0));
    return { rule: name, waste: wasted && estimate(wasted), excess: more && estimate(more) };
  });
  return { scenario, bestInterval: best.seconds, results };
}
