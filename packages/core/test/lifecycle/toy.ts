import { BackupAndRestore } from "../../src/lifecycle/backup-and-restore.ts";
import type { BackupOptions } from "../../src/lifecycle/backup-options.ts";
import type { Callback } from "../../src/lifecycle/callback.ts";
import type { TrainingEvent } from "../../src/event.ts";
import { Training } from "../../src/lifecycle/training.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";

/** One start of a tiny program that is driven by hand. */
export interface Toy {
  readonly training: Training;
  readonly state: { readonly weights: Float32Array; readonly lr: { value: number } };
  readonly events: TrainingEvent[];
  readonly store: CheckpointStore;
  /** Everything that hooks were called with, such as `onEpochEnd 0 {"loss":0.5}`. */
  readonly lines: string[];
  /** Changes the state and ends the batch. */
  readonly batch: (loss?: number) => Promise<void> | undefined;
}

export interface ToyOptions extends BackupOptions {
  readonly store?: CheckpointStore;
  readonly callbacks?: readonly Callback[];
  readonly onCompleted?: () => unknown;
}

/** Saves are waited for unless the options say otherwise, so that tests know what is in the store. */
export function makeToy({
  store = memory(),
  callbacks = [],
  onCompleted,
  ...options
}: ToyOptions = {}): Toy {
  const events: TrainingEvent[] = [];
  const lines: string[] = [];
  const state = { weights: new Float32Array(2), lr: { value: 1 } };
  const backup = new BackupAndRestore(store, {
    sync: true,
    // The last word of each life, which has tests of its own.
    onEvent: (event) => event.type !== "summary" && events.push(event),
    ...options,
  });
  const training = new Training({
    state,
    callbacks: [backup, recorder(lines), ...callbacks],
    ...(onCompleted ? { onCompleted } : {}),
  });
  const batch = (loss = 1): Promise<void> | undefined => {
    state.weights[0] = (state.weights[0] ?? 0) + 1;
    return training.batchEnd({ loss });
  };
  return { training, state, events, store, lines, batch };
}

function recorder(lines: string[]): Callback {
  const note =
    (hook: string) =>
    (...args: unknown[]): void => {
      const shown = args.slice(0, -1).filter((arg) => JSON.stringify(arg) !== "{}");
      lines.push([hook, ...shown.map((arg) => JSON.stringify(arg))].join(" "));
    };
  return {
    onTrainBegin: ({ resumed }) => void lines.push(`onTrainBegin ${resumed}`),
    onEpochBegin: note("onEpochBegin"),
    onBatchBegin: note("onBatchBegin"),
    onBatchEnd: note("onBatchEnd"),
    onEpochEnd: note("onEpochEnd"),
    onTrainEnd: note("onTrainEnd"),
    onTrainInterrupted: ({ kind, reason }) =>
      void lines.push(`onTrainInterrupted ${kind}: ${reason}`),
  };
}

/** Trains whole epochs of `batches` batches, from the epoch that comes next up to `epochs`. */
export async function trainEpochs(toy: Toy, epochs: number, batches = 2): Promise<void> {
  while (toy.training.ending === undefined && toy.training.position.epoch < epochs) {
    for (let batch = toy.training.position.batch; batch < batches; batch++) await toy.batch();
    await toy.training.epochEnd();
  }
}

/** The types of the events so far. */
export function typesOf({ events }: Toy): readonly string[] {
  return events.map(({ type }) => type);
}

/** What `promise` rejects with; a promise that resolves is a failure of the test. */
export async function rejection(promise: Promise<unknown> | undefined): Promise<unknown> {
  if (promise === undefined) throw new Error("expected a promise that rejects, found undefined");
  return promise.then(
    (value) => {
      throw new Error(`expected a rejection, found ${String(value)}`);
    },
    (error: unknown) => error,
  );
}
