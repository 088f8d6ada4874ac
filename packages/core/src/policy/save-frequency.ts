import { expected } from "../errors.ts";
import { everyEpochs } from "./every-epochs.ts";
import { everySteps } from "./every-steps.ts";
import { isPositiveInteger } from "./require-positive.ts";
import type { SavePolicy } from "./save-policy.ts";

/**
 * When to save: at the end of every `"epoch"`, every so many steps, when it pays (`"auto"`, which is
 * `youngDaly()` on what the store's ledger knows), as a policy says, or `false`: only before a preemption
 * and at a stop.
 */
export type SaveFrequency = "epoch" | "auto" | number | false | SavePolicy;

const never: SavePolicy = { name: "never", epochsOnly: false, isDue: () => false };

/** Stands for the policy that the ledger of a store brings. */
export const auto: SavePolicy = { ...never, name: "auto" };

/**
 * The policy that `saveFreq` stands for, with a store that keeps a ledger or not. Anything it could be
 * mistaken for is refused.
 */
export function toSavePolicy(saveFreq: unknown, hasLedger: boolean): SavePolicy {
  if (saveFreq === "epoch") return everyEpochs(1);
  if (saveFreq === "auto" && hasLedger) return auto;
  if (saveFreq === false) return never;
  if (isPositiveInteger(saveFreq)) return everySteps(saveFreq);
  if (typeof (saveFreq as SavePolicy | null)?.isDue === "function") return saveFreq as SavePolicy;
  throw expected(
    "saveFreq",
    `"epoch", "auto" (with a ledger), a positive integer of steps (1 for every batch), false (only at a stop or a preemption) or a policy such as everySeconds(60)`,
    saveFreq,
  );
}
