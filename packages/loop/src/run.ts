import { type Position, RepriseError, show, type Training, type TrainingEnd } from "@reprise/core";
import type { Epoch } from "./epoch.ts";
import { EpochLoop } from "./epoch-loop.ts";
import { isCount } from "./require-options.ts";
import { type Step, StepLoop } from "./step-loop.ts";

/** A training that has begun. Its loop is entered once. */
export class Run {
  readonly #training: Training;
  readonly #epochs: number | undefined;
  #isEntered = false;

  constructor(training: Training, epochs: number | undefined) {
    this.#training = training;
    this.#epochs = epochs;
  }

  /** What is to be run next. */
  get position(): Position {
    return this.#training.position;
  }

  /** Whether this start went on from a checkpoint. */
  get resumed(): boolean {
    return this.#training.resumed;
  }

  /** How this life ended, or is about to; `undefined` while there is more to run. */
  get ended(): TrainingEnd | undefined {
    return this.#training.ending;
  }

  /**
   * The epochs that are still to be run. When the loop is through, training is complete: `onTrainEnd`
   * and `onCompleted` were called and the checkpoint was deleted.
   */
  epochs(): AsyncIterable<Epoch> {
    this.#enter();
    if (this.#epochs === undefined) {
      throw new RepriseError(
        "INVALID_ARGUMENT",
        "run.epochs() expects train({ epochs }) to say how many epochs there are in all.",
      );
    }
    return new EpochLoop(this.#training, this.#epochs);
  }

  /** `count` steps in all, those of earlier lives included, for training without epochs. */
  steps(count: number): AsyncIterable<Step> {
    if (!isCount(count)) {
      throw new RepriseError(
        "INVALID_ARGUMENT",
        `Expected run.steps() to be given a whole number of steps, found ${show(count)}.`,
      );
    }
    this.#enter();
    const policy = this.#training.backup?.options.policy;
    if (policy?.epochsOnly) {
      throw new RepriseError(
        "INVALID_ARGUMENT",
        `run.steps() has no epochs, so a backup with saveFreq "${policy.name}" would never save. Expected a ` +
          `number of steps or a policy: { saveFreq: 1000 } or { saveFreq: everySeconds(60) }.`,
      );
    }
    return new StepLoop(this.#training, count);
  }

  /**
   * Says, in every step, that the state is about to be changed: then a save that is due copies the arrays
   * in shared memory (`sharedFloat32Array`) in another thread while the loop computes gradients, and this
   * waits only for what is not copied yet. Optional; what a step changes before it calls this may be saved.
   */
  beforeUpdate(): void {
    this.#training.beforeUpdate();
  }

  /** Ends this life after the batch in progress, with a save. The next start goes on from there. */
  stop(reason?: string): void {
    this.#training.control.stop(reason);
  }

  /** Ends training for good: no more batches, the epoch is validated and ended, `onCompleted` is called. */
  complete(reason?: string): void {
    this.#training.control.complete(reason);
  }

  /** Fails the run after the batch in progress: the loop throws `error`, and nothing more is saved. */
  fail(error: unknown): void {
    this.#training.control.fail(error);
  }

  #enter(): void {
    if (this.#isEntered) {
      throw new RepriseError(
        "OUT_OF_ORDER",
        "A run is gone through once. To train on, call train() again: it goes on from the checkpoint.",
      );
    }
    this.#isEntered = true;
  }
}
