import {
  type Data,
  type Logs,
  type Purpose,
  RepriseError,
  toDataSource,
  type Training,
} from "@reprise/core";
import { PhaseLoop } from "./phase-loop.ts";
import type { StreamGuard } from "./stream-guard.ts";
import { zeroWhenAbsent } from "./totals.ts";

/** How a loop over data within an epoch is told from the others. */
export interface PhaseOptions {
  /**
   * Its name in the checkpoint; two loops in one epoch need two.
   * @default "batches", or "validation"
   */
  readonly name?: string;
}

const reserved: ReadonlySet<string> = new Set(["begin", "end", "steps"]);

/** One epoch of a training. */
export class Epoch {
  /** Counted from 0. */
  readonly index: number;
  /**
   * Whether this epoch begins here. `false` when a resume in its middle enters it again: what was
   * done to the state at its beginning is in the checkpoint then, and must not be done twice.
   */
  readonly fresh: boolean;
  /**
   * Sums of this epoch that must survive an interruption, such as hits or samples seen. A name that
   * was not set yet reads as 0.
   */
  readonly totals: Record<string, number>;
  readonly #training: Training;
  readonly #streams: StreamGuard;
  readonly #phases: Map<string, PhaseLoop<unknown>> = new Map();

  constructor(training: Training, fresh: boolean, streams: StreamGuard) {
    this.#streams = streams;
    this.#training = training;
    this.index = training.position.epoch;
    this.fresh = fresh;
    this.totals = zeroWhenAbsent(training.progress.totals);
  }

  /**
   * What callbacks are told at the end of this epoch, besides the means of what its batches logged.
   * Wins over a mean of the same name.
   */
  get logs(): Logs {
    return this.#training.progress.logs;
  }

  /**
   * The batches of this epoch that are still to be trained on. Leaving the loop by `break` ends it;
   * the epoch goes on behind it.
   */
  batches<T>(data: Data<T>, { name = "batches" }: PhaseOptions = {}): PhaseLoop<T> {
    return this.#open(name, data, "training");
  }

  /**
   * The batches of a validation that are still to be run. Steps are not counted, what they log is
   * logged as `val_…`, and an interruption resumes in their middle.
   */
  validation<T>(data: Data<T>, { name = "validation" }: PhaseOptions = {}): PhaseLoop<T> {
    return this.#open(name, data, "validation");
  }

  /** Sees to loops that were left. Resolves to whether the epoch has come to its end. */
  async settle(): Promise<boolean> {
    for (const phase of this.#phases.values()) await phase.settle();
    const { current } = this.#training.progress;
    return current === undefined || current.done;
  }

  #open<T>(name: string, data: Data<T>, purpose: Purpose): PhaseLoop<T> {
    if (reserved.has(name) || this.#phases.has(name)) {
      throw new RepriseError(
        "INVALID_ARGUMENT",
        `Expected every loop of an epoch to have a name of its own, found "${name}" ` +
          `${reserved.has(name) ? "which is reserved" : "twice"}. Name it: ` +
          `epoch.batches(data, { name: "discriminator" }).`,
      );
    }
    this.#streams.check(data, this.index);
    const others = [...this.#phases.values()];
    const loop = new PhaseLoop<T>({
      training: this.#training,
      source: toDataSource(data),
      name,
      purpose,
      before: async () => {
        for (const other of others) await other.endBefore(name);
      },
    });
    this.#phases.set(name, loop);
    return loop;
  }
}
