import type { CheckpointStore } from "@reprise/core";

/** What a training under test is given. It is called anew for every life. */
export interface TrainingIo {
  /** Where it saves: `new BackupAndRestore(store, { … })`. What is in it outlives an interruption. */
  readonly store: CheckpointStore;
}

/**
 * A training that can be interrupted and called again: it makes everything that it changes itself,
 * saves to `store` only, and resolves to whatever must be the same bits at the end, such as the
 * weights and the history.
 */
export type ResumableTraining<Result> = (io: TrainingIo) => Promise<Result>;
