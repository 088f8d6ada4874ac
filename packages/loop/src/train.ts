import { type Callback, Training, type TrainingOptions } from "@reprise/core";
import { requireTrainOptions } from "./require-options.ts";
import { Run } from "./run.ts";

/** What {@link train} is given. */
export interface TrainOptions extends TrainingOptions {
  readonly callbacks?: readonly Callback[];
  /** How many epochs `run.epochs()` runs in all, those of earlier lives included. */
  readonly epochs?: number;
}

/**
 * Begins a training, or resumes it where an earlier start of the same program was interrupted. Go
 * through `run.epochs()` or `run.steps(n)` next; when that loop is over, the training is complete.
 *
 * Rejects with a `RepriseError`, with nothing loaded, when another run holds the store or the
 * checkpoint cannot be read or does not fit.
 */
export async function train(options: TrainOptions): Promise<Run> {
  requireTrainOptions(options);
  const training = new Training(options);
  const run = new Run(training, options.epochs);
  await training.begin();
  return run;
}
