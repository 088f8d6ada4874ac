import {
  type BackupAndRestore,
  type Callback,
  Training,
  type TrainingOptions,
} from "@reprise/core";
import { requireTrainOptions } from "./require-options.ts";
import { Run } from "./run.ts";
import { UnsavedState } from "./unsaved-state/unsaved-state.ts";

/** What {@link train} is given. */
export interface TrainOptions extends TrainingOptions {
  readonly callbacks?: readonly Callback[];
  /** How many epochs `run.epochs()` runs in all, those of earlier lives included. */
  readonly epochs?: number;
  /**
   * For development: report, as an event, what training changes although no checkpoint holds it, with
   * its path. `true` looks at the state and the callbacks; objects of the program are named, as in
   * `{ model, optimizer }`. Sees the properties of objects, not private fields nor the variables of
   * functions. Costs two copies of the state an epoch; the result is the same to the bit.
   * @default false
   */
  readonly detectUnsavedState?: boolean | Readonly<Record<string, object>>;
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
  const { detectUnsavedState: watched, callbacks = [] } = options;
  const training: Training = new Training(
    watched
      ? { ...options, callbacks: [...callbacks, new UnsavedState(options, watched, backup)] }
      : options,
  );
  const run = new Run(training, options.epochs);
  await training.begin();
  return run;

  function backup(): BackupAndRestore | undefined {
    return training.backup;
  }
}
