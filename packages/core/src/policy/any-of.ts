import { expected } from "../errors.ts";
import type { SavePolicy } from "./save-policy.ts";

/** Saves when any of `policies` is due; none can silence another. */
export function anyOf(...policies: readonly SavePolicy[]): SavePolicy {
  if (policies.length === 0) throw expected("anyOf()", "given policies", policies);
  return {
    name: policies.map(({ name }) => name).join(" or "),
    epochsOnly: policies.every(({ epochsOnly }) => epochsOnly),
    isDue: (context) => policies.some((policy) => policy.isDue(context)),
  };
}
