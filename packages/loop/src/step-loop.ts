import type { Logs, Training } from "@reprise/core";

/** One step of a training without epochs. */
export interface Step {
  /** Counted from 0 over the whole run. */
  readonly index: number;
  readonly logs: Logs;
}

const over: { readonly done: true; readonly value: undefined } = { done: true, value: undefined };

/** The loop over steps. A step is done, and can be saved, when the next one is asked for. */
export class StepLoop implements AsyncIterableIterator<Step> {
  readonly #training: Training;
  readonly #count: number;
  #isEntered = false;
  #open: Step | undefined;

  constructor(training: Training, count: number) {
    this.#training = training;
    this.#count = count;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Step, undefined>> {
    const training = this.#training;
    if (!this.#isEntered) {
      this.#isEntered = true;
      await training.enterPhase("steps", "training");
    } else if (this.#open) {
      const { logs } = this.#open;
      this.#open = undefined;
      const due = training.batchEnd(logs);
      if (due) await due;
    }
    const index = training.position.step;
    if (training.ending || index >= this.#count) {
      if (training.ending?.kind !== "stopped") training.leavePhase();
      await training.end();
      return over;
    }
    const begun = training.batchBegin();
    if (begun) await begun;
    this.#open = { index, logs: {} };
    return { done: false, value: this.#open };
  }

  /** The loop was left before all steps were done. */
  async return(): Promise<IteratorResult<Step, undefined>> {
    await this.#training.interrupt();
    return over;
  }
}
