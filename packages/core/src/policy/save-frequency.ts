import { RepriseError, show } from "../errors.ts";
import { everyEpochs } from "./every-epochs.ts";
import { everySteps } from "./every-steps.ts";
import type { SavePolicy } from "./save-policy.ts";

/**
 * When to save: at the end of every `"epoch"`, every so many steps, as a policy says, or `false`:
 * only before a preemption and at a stop.
 */
export type SaveFrequency = "epoch" | number | false | SavePolicy;

const never: SavePolicy = { name: "never", epochsOnly: false, isDue: () => false };

/** The policy that `saveFreq` stands for. Anything it could be mistaken for is refused. */
export function toSavePolicy(saveFreq: unknown): SavePolicy {
  if (saveFreq === "epoch") return everyEpochs(1);
  if (saveFreq === false) return never;
  if (Number.isSafeInteger(saveFreq) && (saveFreq as number) > 0)
    return everySteps(saveFreq as number);
  if (isSavePolicy(saveFreq)) return saveFreq;
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `Expected saveFreq to be "epoch", a positive integer (steps between saves), false (only before a ` +
      `preemption or a stop) or a policy such as everySeconds(60), found ${show(saveFreq)}.` +
      hintFor(saveFreq),
    { details: { found: saveFreq } },
  );
}

function isSavePolicy(value: unknown): value is SavePolicy {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<SavePolicy>).isDue === "function" &&
    typeof (value as Partial<SavePolicy>).name === "string"
  );
}

function hintFor(saveFreq: unknown): string {
  if (saveFreq === "batch" || saveFreq === true) return " To save after every batch, use 1.";
  if (saveFreq === 0 || saveFreq === null) return " To save at no fixed rhythm, use false.";
  return "";
}
