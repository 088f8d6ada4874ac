import {
  type DataSource,
  type KeyedRandom,
  keyedRandom,
  sequentialBatches,
  shuffledBatches,
  withMathRandom,
} from "@reprise/core";

/** How the samples of an epoch are cut into batches. */
export interface BatchOrder {
  readonly batchSize: number;
  readonly shuffle: boolean;
}

/**
 * The randomness of one run, keyed by seed, epoch and batch. tfjs draws from `Math.random`, which is
 * replaced while a step is computed and at no other time: other code of the process neither sees nor
 * shifts the stream.
 */
export class StepRandom {
  #random: KeyedRandom;

  /** Without a seed one is drawn, to be saved and used by every later life. */
  constructor(seed: number = Math.floor(Math.random() * 2 ** 53)) {
    this.#random = keyedRandom(seed);
  }

  get seed(): number {
    return this.#random.seed;
  }

  set seed(seed: number) {
    this.#random = keyedRandom(seed);
  }

  /** Computes a training step. `body` is synchronous. */
  step<T>(epoch: number, batch: number, body: () => T): T {
    return withMathRandom(this.#random("step", epoch, batch), body);
  }

  /** Computes a batch of validation, or all of them. `body` is synchronous. */
  validation<T>(epoch: number, batch: number, body: () => T): T {
    return withMathRandom(this.#random("validation", epoch, batch), body);
  }

  /** The indices of `length` samples, batch by batch; each epoch has an order of its own. */
  batches(length: number, { batchSize, shuffle }: BatchOrder): DataSource<Uint32Array> {
    return shuffle
      ? shuffledBatches(length, { batchSize, random: this.#random })
      : sequentialBatches(length, { batchSize });
  }
}
