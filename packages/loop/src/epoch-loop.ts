import type { Training } from "@reprise/core";
import { Epoch } from "./epoch.ts";
import { StreamGuard } from "./stream-guard.ts";

/** The loop over epochs: what happens between two of them, and when it ends. */
export class EpochLoop implements AsyncIterableIterator<Epoch> {
  readonly #training: Training;
  readonly #epochs: number;
  readonly #streams: StreamGuard;
  #epoch: Epoch | undefined;

  constructor(training: Training, epochs: number) {
    this.#training = training;
    this.#epochs = epochs;
    this.#streams = new StreamGuard(training.control.state);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Epoch, undefined>> {
    const training = this.#training;
    if (this.#epoch) await this.#finish(this.#epoch);
    if (!training.isRunning) return { done: true, value: undefined };
    const { begun } = training.progress;
    const isOver =
      training.ending !== undefined && !(begun && training.ending.kind === "completed");
    if (isOver || (!begun && training.position.epoch >= this.#epochs)) {
      await training.end();
      return { done: true, value: undefined };
    }
    await training.epochBegin();
    this.#epoch = new Epoch(training, !begun, this.#streams);
    return { done: false, value: this.#epoch };
  }

  /** The loop was left by `break`, `return` or `throw`: which of them cannot be told. */
  async return(): Promise<IteratorResult<Epoch, undefined>> {
    await this.#training.interrupt();
    return { done: true, value: undefined };
  }

  async #finish(epoch: Epoch): Promise<void> {
    this.#epoch = undefined;
    if (await epoch.settle()) await this.#training.epochEnd();
  }
}
