import { BackupAndRestore, type Data, type Epoch, train } from "@reprise/loop";
import type { TrainingIo } from "../../training/training.ts";

export const epochs = 3;
/** Samples are whole numbers below this one; a batch has four. */
export const samples = 16;

/** What the loops of this folder differ in. */
export interface ToyParts {
  readonly state: unknown;
  /** Called whenever an epoch is entered, for the first time or again. */
  readonly enter?: (epoch: Epoch) => void;
  readonly data: (epoch: Epoch) => Data<Iterable<number>>;
  readonly step: (batch: Iterable<number>, at: { epoch: number; index: number }) => void;
}

/** A training of 3 epochs of 4 batches that saves after each of its 12 batches. */
export async function toyLoop({ store }: TrainingIo, parts: ToyParts): Promise<void> {
  const { state, enter, data, step } = parts;
  const run = await train({
    epochs,
    state,
    callbacks: [new BackupAndRestore(store, { saveFreq: 1 })],
  });
  for await (const epoch of run.epochs()) {
    enter?.(epoch);
    for await (const batch of epoch.batches(data(epoch))) {
      step(batch.value, { epoch: epoch.index, index: batch.index });
    }
  }
}

/** The samples in batches, always in the same order. */
export const inOrder: readonly (readonly number[])[] = inBatches([...Array(samples).keys()]);

export function inBatches(order: readonly number[]): readonly (readonly number[])[] {
  const starts = [...Array(order.length / 4).keys()].map((index) => 4 * index);
  return starts.map((start) => order.slice(start, start + 4));
}

/** One step of descent towards a value that each sample pulls at. */
export function descend(weights: Float64Array, batch: Iterable<number>, rate = 0.1): void {
  for (const sample of batch) {
    const at = sample % weights.length;
    weights[at] = (weights[at] ?? 0) * (1 - rate) + rate * Math.sin(sample);
  }
}
