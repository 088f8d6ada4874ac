import { RepriseError } from "../errors.ts";
import type { SavePolicy } from "./save-policy.ts";

/** Saves when any of `policies` is due; none can silence another. */
export function anyOf(...policies: readonly SavePolicy[]): SavePolicy {
  if (policies.length === 0) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      "Expected anyOf to be given at least one policy. Use `saveFreq: false` to save only before a preemption or a stop.",
    );
  }
  return {
    name: policies.map(({ name }) => name).join(" or "),
    epochsOnly: policies.every(({ epochsOnly }) => epochsOnly),
    isDue: (context) => policies.some((policy) => policy.isDue(context)),
  };
}
