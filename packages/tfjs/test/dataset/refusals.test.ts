import { describe, expect, test } from "@jest/globals";
import { memory } from "@reprise/core";
import {
  BackupAndRestore,
  type BackupOptions,
  type CheckpointStore,
  fitDataset,
  type FitDatasetArgs,
  type TrainingEvent,
} from "../../src/index.ts";
import { dense } from "../fit/models.ts";
import type * as tf from "../tf.ts";
import { plain, samples, shuffled } from "./pipelines.ts";

type Pipeline = tf.data.Dataset<tf.TensorContainer>;

interface Life {
  readonly dataset: Pipeline;
  readonly args?: Partial<FitDatasetArgs>;
  /** After how many batches of how many epochs the process dies. */
  readonly dies?: readonly [epoch: number, batch: number];
}

/** Trains until it dies. Saves behind every batch, or behind every epoch only. */
async function live(
  store: CheckpointStore,
  { dataset, args, dies }: Life,
  options: BackupOptions = {},
): Promise<tf.History> {
  const { model } = dense();
  let epoch = 0;
  const dying: tf.CustomCallbackArgs = {
    onEpochBegin: (index) => {
      epoch = index;
    },
    onBatchEnd: (batch) => {
      if (dies?.[0] === epoch && dies[1] === batch) throw new Error("died");
    },
  };
  const backup = new BackupAndRestore(store, { saveFreq: 1, onEvent: () => {}, ...options });
  const callbacks = [dying, backup];
  return fitDataset(model, dataset, { epochs: 3, ...args, callbacks });
}

/** A pipeline that tfjs shuffles by the time at which it was made. */
const unseeded = (): Pipeline => samples(10).shuffle(10).batch(3);
const unseededEndless = (): Pipeline => samples(10).shuffle(10).repeat().batch(3);
const unseededValidation = { validationData: samples(7, 5).shuffle(7).batch(1) };

/** Gives an iterator of each, one after the other; the first is the one that tfjs makes and does not read. */
function eachOnce(...datasets: readonly Pipeline[]): Pipeline {
  let made = 0;
  const dataset = plain();
  dataset.iterator = async () => (datasets[made++] ?? plain()).iterator();
  return dataset;
}

describe("a resume with a dataset that gives something else is refused", () => {
  test.each<[string, Life, Life]>([
    [
      "in the middle of the first epoch",
      { dataset: unseeded(), dies: [0, 2] },
      { dataset: unseeded() },
    ],
    [
      "in the middle of a later epoch",
      { dataset: unseeded(), dies: [1, 2] },
      { dataset: unseeded() },
    ],
    ["at the end of an epoch", { dataset: unseeded(), dies: [1, 0] }, { dataset: unseeded() }],
    [
      "only in the epoch that was interrupted",
      { dataset: eachOnce(plain(), plain(), plain()), dies: [1, 2] },
      { dataset: eachOnce(plain(), plain(), samples(10, 2).batch(3)) },
    ],
    [
      "read once through all epochs",
      { dataset: unseededEndless(), args: { batchesPerEpoch: 2 }, dies: [1, 1] },
      { dataset: unseededEndless(), args: { batchesPerEpoch: 2 } },
    ],
    [
      "with a seed that tf.data takes for none",
      {
        dataset: samples(10)
          .shuffle(10, 0 as never)
          .batch(3),
        dies: [0, 2],
      },
      {
        dataset: samples(10)
          .shuffle(10, 0 as never)
          .batch(3),
      },
    ],
    ["with another seed", { dataset: shuffled("1"), dies: [1, 2] }, { dataset: shuffled("2") }],
    ["with other values", { dataset: plain(), dies: [0, 2] }, { dataset: samples(10, 2).batch(3) }],
    [
      "in other batches",
      { dataset: plain(), dies: [0, 2] },
      { dataset: samples(10).batch(2).take(4) },
    ],
    [
      "of which there is less",
      { dataset: plain(), dies: [0, 2] },
      {
        dataset: samples(10)
          .batch(3)
          .filter(() => false),
      },
    ],
    [
      "for validation",
      { dataset: plain(), args: unseededValidation, dies: [1, 1] },
      { dataset: plain(), args: { validationData: samples(7, 5).shuffle(7).batch(1) } },
    ],
  ])("%s", async (name, first, second) => {
    const store = memory();
    const options: BackupOptions = name.startsWith("at the end") ? { saveFreq: "epoch" } : {};
    await expect(live(store, first, options)).rejects.toThrow("died");
    const saved = await store.list();
    const refusal = live(store, second, options);
    await expect(refusal).rejects.toMatchObject({ code: "DATA_MISMATCH" });
    await expect(refusal).rejects.toThrow('dataset.shuffle(1024, "42")');
    const checkpoints = (names: readonly string[]) =>
      names.filter((it) => it.startsWith("checkpoint"));
    expect(checkpoints(await store.list())).toEqual(checkpoints(saved));
  });

  test("unless the user says to go on, and then it is reported", async () => {
    const store = memory();
    await expect(live(store, { dataset: unseeded(), dies: [1, 2] })).rejects.toThrow("died");
    const events: TrainingEvent[] = [];
    const options = {
      onMismatch: "warn",
      onEvent: (it: TrainingEvent) => events.push(it),
    } as const;
    const history = await live(store, { dataset: unseeded() }, options);
    expect(history.epoch).toEqual([0, 1, 2]);
    const changes = events.filter(({ type }) => type === "dataChanged");
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ phase: "batches" });
    expect(changes[0]?.message).toContain("to give the same 4 elements that it gave before");
  });
});
