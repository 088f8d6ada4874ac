import { describe, expect, test } from "@jest/globals";
import { BackupAndRestore, memory } from "@reprise/core";
import { fit, type FitArgs } from "../../src/index.ts";
import { missingSeams } from "../../src/fit/seams.ts";
import * as tf from "../tf.ts";
import { dense } from "./models.ts";

async function errorOf(args: unknown, of = dense()): Promise<unknown> {
  const error = fit(of.model, of.x, of.y, args as FitArgs).then(
    () => "none",
    (reason: unknown) => reason,
  );
  return error;
}

describe("fit refuses", () => {
  test.each([
    [{ stepsPerEpoch: 3 }, "Expected stepsPerEpoch to be absent"],
    [{ validationSteps: 3 }, "Expected validationSteps to be absent"],
    [{ epochs: 1.5 }, "Expected epochs to be a whole number from 0 on, found 1.5"],
    [{ batchSize: 0 }, "Expected batchSize to be a whole number from 1 on, found 0"],
    [{ initialEpoch: -1 }, "Expected initialEpoch to be a whole number from 0 on, found -1"],
    [{ seed: "1" }, 'Expected seed to be a safe integer, such as 42, found "1"'],
    [{ shuffle: "batch" }, 'Expected shuffle to be true or false, found "batch"'],
    [{ onCompleted: 1 }, "Expected onCompleted to be a function, found 1"],
    [{ callbacks: ["./backup"] }, "Expected callbacks[0] to be an object with hooks"],
    [7, "Expected the third argument of fit()"],
  ])("the arguments %j", async (args, message) => {
    expect(await errorOf(args)).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining(message),
    });
  });

  test("what is no model", async () => {
    expect(await errorOf({}, { ...dense(), model: {} as tf.LayersModel })).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "Expected a model of tfjs, such as tf.sequential(), found a plain object.",
    });
  });

  test("a model that is not compiled", async () => {
    const model = tf.sequential();
    model.add(tf.layers.dense({ inputShape: [4], units: 2 }));
    expect(await errorOf({}, { ...dense(), model })).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("Call model.compile({ optimizer"),
    });
  });

  test("a model that was disposed", async () => {
    const of = dense();
    of.model.dispose();
    expect(await errorOf({}, of)).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("this one was disposed"),
    });
  });

  test("a second call while the first one trains", async () => {
    const of = dense();
    const first = fit(of.model, of.x, of.y, { epochs: 1 });
    expect(await errorOf({}, of)).toMatchObject({ code: "OUT_OF_ORDER" });
    expect((await first).epoch).toEqual([0]);
    expect(Object.hasOwn(Reflect.get(of.model, "model") as object, "fitLoop")).toBe(false);
  });

  test("an initialEpoch that the checkpoint has not reached", async () => {
    const store = memory();
    const { model, x, y } = dense();
    const callbacks = new BackupAndRestore(store, { deleteCheckpoint: false });
    await fit(model, x, y, { epochs: 1, callbacks });
    expect(await errorOf({ epochs: 9, initialEpoch: 5, callbacks })).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("Expected initialEpoch to be at most 1"),
    });
  });

  test.each([true, false])(
    "another batch size or seed in mid-epoch, shuffle %p",
    async (shuffle) => {
      const store = memory();
      const callbacks = (): BackupAndRestore => new BackupAndRestore(store, { saveFreq: 1 });
      const failing = {
        onBatchEnd: (batch: number) => {
          if (batch === 1) throw new Error("lost");
        },
      };
      const common = { batchSize: 3, seed: 1, shuffle };
      const error = await errorOf({ ...common, callbacks: [callbacks(), failing] });
      expect(error).toMatchObject({ message: "lost" });
      for (const changed of [{ batchSize: 4 }, { seed: 2 }, { shuffle: !shuffle }]) {
        expect(await errorOf({ ...common, ...changed, callbacks: callbacks() })).toMatchObject({
          code: "DATA_MISMATCH",
        });
      }
      expect(await errorOf({ ...common, callbacks: callbacks() })).toBe("none");
    },
  );
});

describe("what tfjs refuses is refused with nothing claimed", () => {
  test.each([
    ["sample weights", { sampleWeight: tf.ones([10]) }, "sample weight is not supported yet"],
    [
      "weights of validation data",
      { validationData: [tf.ones([2, 4]), tf.ones([2, 2]), tf.ones([2])] },
      "validationData including sample weights is not supported yet",
    ],
  ])("%s", async (_, args, message) => {
    const store = memory();
    const callbacks = new BackupAndRestore(store);
    expect(await errorOf({ ...args, callbacks })).toMatchObject({
      message: expect.stringContaining(message),
    });
    expect(await store.list()).toEqual([]);
  });
});

test("a failed fit can be called again, and goes on", async () => {
  const of = dense();
  const store = memory();
  const args: FitArgs = { epochs: 2, batchSize: 3, seed: 1 };
  const backup = (): BackupAndRestore => new BackupAndRestore(store, { saveFreq: 1 });
  let calls = 0;
  const failing = {
    onBatchEnd: () => {
      if (++calls === 5) throw new Error("lost");
    },
  };
  expect(await errorOf({ ...args, callbacks: [failing, backup()] }, of)).toMatchObject({
    message: "lost",
  });
  const { epoch } = await fit(of.model, of.x, of.y, { ...args, callbacks: [failing, backup()] });
  expect(epoch).toEqual([0, 1]);
  // Two batches of the first epoch are behind it, and the fifth call was of the second epoch.
  expect(calls).toBe(9);
});

describe("the seams", () => {
  const inner = (): Record<string, unknown> => {
    const { model } = dense();
    return Reflect.get(model, "model") as Record<string, unknown>;
  };

  test("are all there in the installed tfjs", () => {
    expect(missingSeams(inner())).toEqual([]);
  });

  test.each([
    ["fitLoop", undefined, "fitLoop() is undefined"],
    ["fitLoop", (_one: unknown) => {}, "fitLoop() has 1 parameters instead of 14"],
    ["testLoop", () => {}, "testLoop() has 0 parameters instead of 3"],
    ["makeTrainFunction", null, "makeTrainFunction() is null"],
    ["getDedupedMetricsNames", 1, "getDedupedMetricsNames() is 1"],
    ["isTraining", undefined, "isTraining is undefined"],
    ["metricsNames", undefined, "metricsNames is undefined"],
  ])("%s is missed when it is %p", (name, value, message) => {
    const model: Record<string, unknown> = Object.create(inner());
    Object.defineProperty(model, name, { value });
    expect(missingSeams(model)).toEqual([message]);
  });

  test("that are missing are an error with nothing trained", async () => {
    const of = dense();
    const before = of.model.getWeights().map((weight) => weight.dataSync().slice());
    Object.assign(Reflect.get(of.model, "model") as object, { testLoop: undefined });
    expect(await errorOf({}, of)).toMatchObject({
      code: "PEER_UNSUPPORTED",
      message: expect.stringContaining("testLoop() is undefined. Install @tensorflow/tfjs 4.22"),
    });
    expect(of.model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
  });

  test("a fit that does not call its loop as it is known to is an error", async () => {
    const of = dense();
    const own = Reflect.get(of.model, "model") as { fit: unknown };
    own.fit = async () => new tf.History();
    expect(await errorOf({}, of)).toMatchObject({ code: "PEER_UNSUPPORTED" });
  });
});
