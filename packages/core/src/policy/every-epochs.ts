import { requirePositiveInteger } from "./require-positive.ts";
import { crossesMultiple, type SavePolicy } from "./save-policy.ts";

/** Saves at the end of every `epochs`-th epoch, after its validation and callbacks. */
export function everyEpochs(epochs: number): SavePolicy {
  requirePositiveInteger("everyEpochs", epochs);
  return {
    name: `every ${epochs} epochs`,
    epochsOnly: true,
    isDue: ({ point, epochs: done, last }) =>
      point === "epoch" && crossesMultiple(epochs, last.epochs, done),
  };
}
