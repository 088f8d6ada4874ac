import { RepriseError } from "../errors.ts";
import type { Callback, TrainingControl } from "./callback.ts";
import type { Logs } from "../position/logs.ts";

/**
 * Fails the run, before anything is saved, when a monitored value is NaN or infinite. The last good
 * checkpoint stays.
 */
export class TerminateOnNaN implements Callback {
  readonly #monitor: readonly string[] | undefined;

  /** `monitor`: the names to look at; everything that is logged without it. */
  constructor({ monitor }: { readonly monitor?: readonly string[] } = {}) {
    this.#monitor = monitor;
  }

  onBatchEnd(batch: number, logs: Logs, training: TrainingControl): void {
    this.#check(logs, training, `batch ${batch}`);
  }

  onEpochEnd(_epoch: number, logs: Logs, training: TrainingControl): void {
    this.#check(logs, training, "the end");
  }

  #check(logs: Logs, training: TrainingControl, where: string): void {
    for (const name in logs) {
      const value = logs[name];
      if (Number.isFinite(value) || this.#monitor?.includes(name) === false) continue;
      const { epoch, step } = training.position;
      training.fail(
        new RepriseError(
          "NOT_FINITE",
          `"${name}" is ${value} at ${where} of epoch ${epoch} (step ${step}). The last checkpoint is from ` +
            `before; to go on from it, change the learning rate or the data.`,
          { details: { name, value, epoch, step } },
        ),
      );
      return;
    }
  }
}
