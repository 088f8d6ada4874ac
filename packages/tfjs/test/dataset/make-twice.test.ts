import { beforeEach, describe, expect, test } from "@jest/globals";
import { memory } from "@reprise/core";
import "@reprise/testing/jest";
import {
  BackupAndRestore,
  type BackupOptions,
  type Dataset,
  fitDataset,
  type FitDatasetArgs,
  type MakeDataset,
  type TrainingEvent,
} from "../../src/index.ts";
import { dense } from "../fit/models.ts";
import { outcomeOf } from "../fit/outcome.ts";
import * as tf from "../tf.ts";
import { plain, samples, shuffled } from "./pipelines.ts";

const hooks: string[] = [];

beforeEach(() => {
  hooks.length = 0;
});

/** Trains one epoch, with a backup. */
async function train(
  dataset: Dataset | MakeDataset,
  args: Partial<FitDatasetArgs> = {},
  options: BackupOptions = {},
): Promise<unknown> {
  const { model } = dense();
  const callbacks = [
    { onBatchBegin: (batch: number) => void hooks.push(`batch ${batch}`) },
    new BackupAndRestore(memory(), { onEvent: () => {}, ...options }),
  ];
  const history = await fitDataset(model, dataset, { epochs: 2, ...args, callbacks });
  return outcomeOf(model, history);
}

const unseeded = (): Dataset => samples(10).shuffle(10).batch(3);
const cure = 'dataset.shuffle(1024, "42")';

describe("a function that makes another dataset in each call is refused before the first step", () => {
  test.each<[string, MakeDataset]>([
    ["shuffled without a seed", unseeded],
    ["of a promise", async () => unseeded()],
    ["in one long batch", () => samples(10).shuffle(5).batch(10)],
    ["shuffled and repeated", () => samples(10).shuffle(10).repeat().batch(3).prefetch(2)],
    [
      "random in map()",
      () =>
        samples(10)
          .map(
            ({ xs, ys }: { xs: number[]; ys: number[] }) =>
              ({ xs: xs.map(Math.random), ys }) as never,
          )
          .batch(3),
    ],
    [
      "that keeps what it has read",
      (() => {
        const rest = samples(20);
        let calls = 0;
        return () => rest.skip(calls++).batch(3);
      })(),
    ],
  ])("%s", async (_, make) => {
    const training = train(make);
    await expect(training).rejects.toMatchObject({
      code: "DATA_MISMATCH",
      details: { phase: "batches" },
    });
    await expect(training).rejects.toThrow(cure);
    expect(hooks).toEqual([]);
  });

  test("for validation", async () => {
    const training = train(plain(), { validationData: unseeded });
    await expect(training).rejects.toMatchObject({
      code: "DATA_MISMATCH",
      details: { phase: "validation" },
    });
    await expect(training).rejects.toThrow(cure);
    expect(hooks).toEqual([]);
  });

  test("although the clock stands still for a while", async () => {
    const { platform } = tf.env();
    const own = Object.getOwnPropertyDescriptor(platform, "now");
    let looks = 0;
    // As in a browser that is to give no precise time, for whoever looks often.
    Object.defineProperty(platform, "now", {
      value: () => Math.floor(looks++ / 50),
      configurable: true,
    });
    try {
      await expect(train(unseeded)).rejects.toMatchObject({ code: "DATA_MISMATCH" });
    } finally {
      if (own) Object.defineProperty(platform, "now", own);
      else Reflect.deleteProperty(platform, "now");
    }
    expect(looks).toBeGreaterThan(40);
  });

  test("unless the user says to go on, and then it is reported", async () => {
    const events: TrainingEvent[] = [];
    const onEvent = (event: TrainingEvent): void => void events.push(event);
    await train(unseeded, {}, { onMismatch: "warn", onEvent });
    expect(events.filter(({ type }) => type === "dataChanged")).toMatchObject([
      { phase: "batches", message: expect.stringContaining(cure) },
    ]);
    expect(hooks).toHaveLength(8);
  });
});

test("a function that returns the same dataset again is refused", async () => {
  const dataset = plain();
  const training = train(() => dataset);
  await expect(training).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(training).rejects.toThrow("to make a new one in each call");
});

test.each([
  ["fitDataset", () => train(() => [] as never)],
  ["validation", () => train(plain(), { validationData: () => [] as never })],
])("a function for %s that makes no dataset is refused", async (_, training) => {
  await expect(training()).rejects.toThrow(
    "Expected what the function for a dataset returns to be one of tf.data",
  );
});

test("with a seed the training is that on the dataset itself", async () => {
  const validation = (): Dataset => samples(7, 5).shuffle(4, "9").batch(2);
  const ofDataset = await train(shuffled(), { validationData: validation() });
  const ofFunction = await train(() => shuffled(), { validationData: validation });
  expect(ofFunction).toBeBitIdenticalTo(ofDataset);
});

test("the function is called thrice at the first start with a backup, and once at a resume", async () => {
  const store = memory();
  let calls = 0;
  const make = (): Dataset => {
    calls++;
    return shuffled();
  };
  const live = async (dies: boolean, backup: boolean): Promise<number> => {
    calls = 0;
    const { model } = dense();
    const dying = {
      onBatchEnd: (batch: number) => {
        if (dies && batch === 1) throw new Error("died");
      },
    };
    const options = { saveFreq: 1, onEvent: () => {} };
    const callbacks = [dying, ...(backup ? [new BackupAndRestore(store, options)] : [])];
    await fitDataset(model, make, { epochs: 2, callbacks }).catch((error: Error) => {
      if (!dies || error.message !== "died") throw error;
    });
    return calls;
  };
  expect(await live(true, true)).toBe(3);
  expect(await live(false, true)).toBe(1);
  expect(await live(false, false)).toBe(1);
});

test("nothing of the datasets that were compared is left", async () => {
  const tensors = (seed?: string) => (): Dataset =>
    samples(10)
      .map(
        ({ xs, ys }: { xs: number[]; ys: number[] }) =>
          ({ xs: tf.tensor1d(xs), ys: tf.tensor1d(ys) }) as never,
      )
      .shuffle(5, seed)
      .batch(2)
      .prefetch(2);
  const settled = async (): Promise<number> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    return tf.memory().numTensors;
  };
  const leftBy = async (dataset: Dataset | MakeDataset): Promise<number> => {
    const before = await settled();
    await train(dataset).catch((error: { code: string }) => {
      expect(error.code).toBe("DATA_MISMATCH");
    });
    return (await settled()) - before;
  };
  const usual = await leftBy(tensors("7")());
  expect(await leftBy(tensors("7"))).toBe(usual);
  // A model that was never trained has no slots yet.
  expect(await leftBy(tensors())).toBeLessThan(usual);
});
