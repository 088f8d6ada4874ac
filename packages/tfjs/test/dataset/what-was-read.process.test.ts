import { describe, expect, test } from "@jest/globals";
import { keyedRandom, memory } from "@reprise/core";
import { interruptAt, type TrainingIo } from "@reprise/testing";
import "@reprise/testing/jest";
import { BackupAndRestore, fitDataset, type FitDatasetArgs } from "../../src/index.ts";
import { dense } from "../fit/models.ts";
import { outcomeOf } from "../fit/outcome.ts";
import * as tf from "../tf.ts";
import { rows, samples } from "./pipelines.ts";

type Pipeline = tf.data.Dataset<tf.TensorContainer>;
interface Row {
  readonly xs: number[];
  readonly ys: number[];
}

interface Datasets {
  readonly dataset: Pipeline;
  readonly validationData?: Pipeline;
}

/** Datasets whose next element follows from all that was read before, and not from where they are alone. */
const datasets: Readonly<Record<string, () => Datasets>> = {
  "repeats itself in an order that changes": () => ({
    dataset: samples(6).shuffle(6, "7").repeat(2).batch(3).prefetch(2),
  }),
  "has a generator that counts its epochs": () => {
    const random = keyedRandom(42);
    let epoch = 0;
    function* generate() {
      const all = rows(8);
      random("order", epoch++).shuffle(all);
      yield* all;
    }
    return { dataset: tf.data.generator<never>(generate as never).batch(3) };
  },
  "shares its shuffle with the validation": () => {
    const shuffled = samples(10).shuffle(10, "3");
    return {
      dataset: shuffled.take(7).batch(3),
      validationData: shuffled.skip(7).batch(2),
    };
  },
  "is nothing but arrays": () => {
    const part = (name: "xs" | "ys") => tf.data.array(rows(8).map((row) => row[name] as number[]));
    const zipped = tf.data.zip({ xs: part("xs"), ys: part("ys") });
    return { dataset: zipped.shuffle(5, "3").batch(3).prefetch(2) };
  },
};

describe.each(Object.entries(datasets))("a dataset that %s", (_, make) => {
  test.each([
    ["every batch", 1, undefined],
    ["every epoch", "epoch", undefined],
    ["some batches, of one iterator for all epochs", 2, 3],
  ] as const)("resumes exactly when saved after %s", async (_name, saveFreq, batchesPerEpoch) => {
    const train = async ({ store }: TrainingIo) => {
      const { model } = dense("adam", { dropout: 0.2 });
      const { dataset, validationData } = make();
      const args: FitDatasetArgs = {
        epochs: 5,
        seed: 1,
        ...(batchesPerEpoch ? { batchesPerEpoch } : {}),
        ...(validationData ? { validationData } : {}),
        callbacks: new BackupAndRestore(store, { saveFreq }),
      };
      const read = batchesPerEpoch ? dataset.repeat() : dataset;
      const history = await fitDataset(model, read, args);
      return outcomeOf(model, history);
    };
    await expect(train).toSurvive(interruptAt(2, 4, 7, 11, 13));
  });
});

/** Dies at the beginning of an epoch, with a save behind the one before, and resumes. Returns what was read then. */
async function readAtResume(make: () => Pipeline, diesIn = 3): Promise<number> {
  const store = memory();
  let elements = 0;
  const live = async (dies: boolean): Promise<void> => {
    const dataset = make();
    const iterator = dataset.iterator.bind(dataset);
    dataset.iterator = async () => {
      const it = await iterator();
      const next = it.next.bind(it);
      it.next = async () => {
        elements++;
        return next();
      };
      return it;
    };
    const onEpochBegin = (epoch: number) => {
      if (dies && epoch === diesIn) throw new Error("died");
    };
    const callbacks = [{ onEpochBegin }, new BackupAndRestore(store, { onEvent: () => {} })];
    await fitDataset(dense().model, dataset, { epochs: diesIn + 1, callbacks });
  };
  await expect(live(true)).rejects.toThrow("died");
  elements = 0;
  await live(false);
  return elements;
}

test("of arrays only what is needed is read again, of all else everything", async () => {
  const batches = 20;
  const ofArrays = () =>
    samples(batches)
      .map((row) => row)
      .shuffle(3, "1")
      .batch(1);
  // The third epoch, to be sure, and then the fourth.
  expect(await readAtResume(ofArrays)).toBe(2 * (batches + 1));
  const repeated = () => ofArrays().repeat(1);
  expect(await readAtResume(repeated)).toBe(4 * (batches + 1));
});

test("a map that keeps a state from epoch to epoch goes on behind the first, and is refused later", async () => {
  const noisy = () => {
    const { next } = keyedRandom(42)("noise");
    return samples(20)
      .map(({ xs, ys }: Row) => ({ xs: xs.map((x) => x + next()), ys }) as never)
      .batch(1);
  };
  await expect(readAtResume(noisy, 1)).resolves.toBe(2 * 21);
  await expect(readAtResume(noisy, 2)).rejects.toMatchObject({ code: "DATA_MISMATCH" });
});
