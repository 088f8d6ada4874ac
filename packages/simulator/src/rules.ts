import {
  everySeconds,
  everySteps,
  type SaveCosts,
  type SavePolicy,
  youngDaly,
} from "@reprise/core";
import type { Scenario } from "./scenario.ts";

/** A rule for when to save, as somebody would set it up for a training. */
export interface Rule {
  readonly name: string;
  /** `undefined` where the rule has no meaning. */
  readonly policyFor: (scenario: Scenario) => SavePolicy | undefined;
}

/** Knows neither costs nor failures before it has seen them. */
export const ours: Rule = { name: "`youngDaly()`", policyFor: () => youngDaly() };

/** Young's formula for who knows the costs and the failure rate. */
export const informed: Rule = {
  name: "Young, all known",
  policyFor: ({ stall, lag, failures }) =>
    everySeconds(Math.max(lag, Math.sqrt(2 * stall * failures.meanTimeBetween))),
};

/** What others do. */
export const peers: readonly Rule[] = [
  {
    name: "3.5 % of stalls",
    policyFor: () => onCosts("3.5 % of stalls", ({ stall, lag }) => Math.max(lag, stall / 0.035)),
  },
  {
    name: "continuous",
    // A loop that waits for every save would do nothing else.
    policyFor: ({ stall, lag }) =>
      stall < lag ? onCosts("continuous", (costs) => costs.lag) : undefined,
  },
  { name: "10 min", policyFor: () => everySeconds(600) },
  { name: "epoch of 30 min", policyFor: ({ step }) => everySteps(Math.round(1800 / step)) },
  { name: "hour", policyFor: () => everySeconds(3600) },
];

/** Saves after `interval`, and the first time after 10 seconds, as ours does. */
function onCosts(name: string, interval: (costs: SaveCosts) => number): SavePolicy {
  return {
    name,
    epochsOnly: false,
    isDue: ({ seconds, last, costs }) => seconds - last.seconds >= (costs ? interval(costs) : 10),
  };
}
