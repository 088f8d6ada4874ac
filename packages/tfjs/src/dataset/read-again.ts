import type { RepriseError } from "@reprise/core";
import type { Reader } from "./reader.ts";

/** What is read in a training on a dataset. */
export interface Readers {
  readonly training: Reader;
  readonly validation: Reader | undefined;
}

/** How far the training has come. */
interface Progress {
  /** Batches done of the epoch that was not over. */
  readonly batches: number;
  /** Whether one iterator is kept through all epochs. */
  readonly keep: boolean;
}

/**
 * Reads what earlier lives have read, in the order in which they did: what a dataset gives may follow
 * from everything that was asked of it before, and of another dataset that it shares a stage with.
 * Returns what was not as it was then.
 */
export async function readAgain(
  { training, validation }: Readers,
  { batches, keep }: Progress,
): Promise<RepriseError[]> {
  const before = training.beginAgain();
  const validationBefore = validation?.beginAgain();
  for (let epoch = 0; epoch < before.rounds; epoch++) {
    const isWhole = await training.roundAgain(before, { keep });
    if (!isWhole || !validation || !validationBefore) continue;
    if (epoch < validationBefore.rounds)
      await validation.roundAgain(validationBefore, { keep: false });
  }
  await training.goTo(batches, before);
  const differences = [
    training.differenceFrom(before),
    validationBefore && validation?.differenceFrom(validationBefore),
  ];
  return differences.filter((it) => it !== undefined);
}
