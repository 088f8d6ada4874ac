import { everySeconds } from "@reprise/core";
import type { Scenario } from "./scenario.ts";
import { estimate } from "./statistics.ts";
import { wastes, type Sampling } from "./waste.ts";

/** A fixed time from save to save, and the waste of each training with it. */
export interface FixedInterval {
  readonly seconds: number;
  readonly wastes: readonly number[];
}

/**
 * The fixed interval that wastes least on the sampled failures: it knows what no run can know. Found
 * among powers of 2, then between them, as close as a factor of 2 ** (1/4), where the waste is within
 * half a percent of the least.
 */
export function bestInterval(scenario: Scenario, sampling: Sampling): FixedInterval {
  const start = Math.sqrt(2 * scenario.stall * scenario.failures.meanTimeBetween);
  const at = (exponent: number): FixedInterval & { readonly mean: number } => {
    const seconds = start * 2 ** exponent;
    const found = wastes(scenario, everySeconds(seconds), sampling);
    return { seconds, wastes: found, mean: estimate(found).mean };
  };
  let best = at(0);
  let center = 0;
  for (const stride of [1, 0.5, 0.25]) {
    // With the finest stride too, the best may lie more than one stride away.
    for (const direction of [-stride, stride]) {
      for (let exponent = center + direction; ; exponent += direction) {
        const found = at(exponent);
        if (found.mean >= best.mean) break;
        best = found;
        center = exponent;
      }
    }
  }
  return best;
}
