import { describe, expect, test } from "@jest/globals";
import { everySteps, memory } from "@reprise/core";
import { BackupAndRestore, fitDataset, type FitDatasetArgs } from "../../src/index.ts";
import { data, dense, severalInputsAndOutputs } from "../fit/models.ts";
import * as tf from "../tf.ts";
import { endless, plain, rows, samples } from "./pipelines.ts";

describe("fitDataset refuses", () => {
  test.each<[string, unknown, unknown, string]>([
    ["what is no dataset", [1], { epochs: 1 }, "the dataset of fitDataset()"],
    ["no arguments", plain(), undefined, "the third argument of fitDataset()"],
    ["no epochs", plain(), {}, "epochs"],
    ["no epoch", plain(), { epochs: 0 }, "epochs"],
    ["half a batch", plain(), { epochs: 1, batchesPerEpoch: 0.5 }, "batchesPerEpoch"],
    ["an epoch before the first", plain(), { epochs: 1, initialEpoch: -1 }, "initialEpoch"],
    ["a seed that is none", plain(), { epochs: 1, seed: "42" }, "seed"],
    ["onCompleted that is none", plain(), { epochs: 1, onCompleted: 1 }, "onCompleted"],
    ["validationSplit", plain(), { epochs: 1, validationSplit: 0.1 }, "validationSplit"],
    ["weights of validation", plain(), { epochs: 1, validationData: [1, 2, 3] }, "validationData"],
    ["no batch", plain(), { epochs: 1, validationBatches: 0 }, "validationBatches"],
    ["no sample", plain(), { epochs: 1, validationBatchSize: 0 }, "validationBatchSize"],
  ])("%s", async (_, dataset, args, subject) => {
    const training = fitDataset(dense().model, dataset as never, args as never);
    await expect(training).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(training).rejects.toThrow(`Expected ${subject} to be`);
  });

  test("a model that is not compiled", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] })] });
    await expect(fitDataset(model, plain(), { epochs: 1 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  test("a second training of the model at the same time, and none after the first", async () => {
    const { model } = dense();
    const first = fitDataset(model, plain(), { epochs: 1 });
    await expect(fitDataset(model, plain(), { epochs: 1 })).rejects.toMatchObject({
      code: "OUT_OF_ORDER",
    });
    await first;
    await fitDataset(model, plain(), { epochs: 1 });
  });

  test.each<[string, tf.data.Dataset<tf.TensorContainer>, string]>([
    ["elements without xs", samples(4).map(({ ys }: { ys: [] }) => ({ ys }) as never), "xs"],
    ["elements that are no tensors", samples(4), "xs"],
    ["elements that are pairs", samples(4).map(({ xs, ys }) => [xs, ys] as never), "xs"],
    ["too many tensors", samples(4).batch(2).map(twoTargets), "ys"],
  ])("%s", async (_, dataset, part) => {
    const training = fitDataset(dense().model, dataset, { epochs: 1 });
    await expect(training).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(training).rejects.toThrow(`Expected ${part} of an element of the dataset to be`);
  });

  test("tensors of one element that have not as many samples each", async () => {
    const uneven = samples(4)
      .batch(2)
      .map((batch) => ({ xs: (batch as unknown as Batch).xs, ys: tf.zeros([3, 2]) }));
    await expect(fitDataset(dense().model, uneven, { epochs: 1 })).rejects.toThrow("[2,4], [3,2]");
  });

  test("a record without one of the names", async () => {
    const { model } = severalInputsAndOutputs();
    const dataset = tf.data
      .array(rows(4))
      .map(({ ys }) => ({ xs: { a: ys }, ys }))
      .batch(2);
    await expect(fitDataset(model, dataset as never, { epochs: 1 })).rejects.toThrow(
      "found a record of a",
    );
  });

  test.each<[string, FitDatasetArgs["classWeight"]]>([
    ["of a class that is missing", { 0: 1 }],
    ["of several outputs at once", [{ 0: 1 }, { 0: 1 }] as never],
  ])("class weights %s", async (_, classWeight) => {
    const oneHot = samples(4)
      .map(({ xs }: { xs: [number] }) => ({ xs, ys: [0, 1] }) as never)
      .batch(2);
    const training = fitDataset(dense().model, oneHot, {
      epochs: 1,
      classWeight: classWeight as {},
    });
    await expect(training).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("another batchesPerEpoch in the middle of an epoch", async () => {
    const store = memory();
    const live = (args: Partial<FitDatasetArgs>, dies?: number): Promise<unknown> => {
      const backup = new BackupAndRestore(store, { saveFreq: everySteps(1), onEvent: () => {} });
      const onBatchEnd = (batch: number) => {
        if (batch === dies) throw new Error("died");
      };
      const callbacks = [{ onBatchEnd }, backup];
      return fitDataset(dense().model, endless(), { epochs: 2, ...args, callbacks });
    };
    await expect(live({ batchesPerEpoch: 4 }, 2)).rejects.toThrow("died");
    const changed = live({ batchesPerEpoch: 5 });
    await expect(changed).rejects.toMatchObject({ code: "DATA_MISMATCH" });
    await expect(changed).rejects.toThrow("batchesPerEpoch was 4 in the checkpoint and is 5 now");
    await live({ batchesPerEpoch: 4 });
  });
});

interface Batch {
  readonly xs: tf.Tensor;
  readonly ys: tf.Tensor;
}

function twoTargets(batch: unknown): { readonly xs: tf.Tensor; readonly ys: tf.Tensor[] } {
  const { xs, ys } = batch as Batch;
  return { xs, ys: [ys, data([2, 2], 1)] };
}
