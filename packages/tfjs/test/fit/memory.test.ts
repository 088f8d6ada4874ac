import { describe, expect, test } from "@jest/globals";
import { BackupAndRestore, memory, type Preemption } from "@reprise/core";
import { fit, type FitArgs } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { type Case, dense } from "./models.ts";

const common: FitArgs = { epochs: 2, batchSize: 3, seed: 7, validationSplit: 0.2 };

/** How many tensors there are more behind `train` than before it, for a new model. */
async function tensorsLeft(train: (of: Case) => Promise<unknown>): Promise<number> {
  const of = dense();
  const before = tf.memory().numTensors;
  await train(of);
  return tf.memory().numTensors - before;
}

/** What a plain run leaves: the slots of the optimizer. */
function plainRun(): Promise<number> {
  return tensorsLeft(({ model, x, y }) => model.fit(x, y, common as tf.ModelFitArgs));
}

function ours(args: FitArgs): Promise<number> {
  return tensorsLeft(({ model, x, y }) => fit(model, x, y, { ...common, ...args }));
}

describe("fit leaves as many tensors as model.fit", () => {
  test("without a backup", async () => {
    expect(await ours({})).toBe(await plainRun());
  });

  test("after hundreds of saves", async () => {
    const backup = new BackupAndRestore(memory(), { saveFreq: 1 });
    expect(await ours({ epochs: 100, callbacks: backup })).toBe(await plainRun());
  });

  test.each(["onEpochBegin", "onBatchBegin", "onBatchEnd", "onEpochEnd"] as const)(
    "after a callback that throws in %s of the second epoch",
    async (hook) => {
      let calls = 0;
      const failing = (): void => {
        calls++;
        if (calls > (hook.includes("Epoch") ? 1 : 4)) throw new Error("of the callback");
      };
      const callbacks = [new BackupAndRestore(memory(), { saveFreq: 1 }), { [hook]: failing }];
      const left = await tensorsLeft(async ({ model, x, y }) => {
        await expect(fit(model, x, y, { ...common, callbacks })).rejects.toThrow("of the callback");
      });
      expect(left).toBe(await plainRun());
    },
  );

  test("after a preemption in the middle of an epoch, and after going on from it", async () => {
    const store = memory();
    let polls = 0;
    const preemption: Preemption = {
      watch: () => () => {},
      poll: () => (++polls === 3 ? "the machine goes" : undefined),
    };
    const options = { saveFreq: 1, onPreemption: "throw" } as const;
    const left = await tensorsLeft(async ({ model, x, y }) => {
      const callbacks = new BackupAndRestore(store, { ...options, preemption });
      await expect(fit(model, x, y, { ...common, callbacks })).rejects.toMatchObject({
        code: "PREEMPTED",
      });
    });
    expect(left).toBe(await plainRun());
    expect(await ours({ callbacks: new BackupAndRestore(store, options) })).toBe(await plainRun());
  });

  test("after stopTraining", async () => {
    const stopping = await tensorsLeft(({ model, x, y }) => {
      const onBatchEnd = (): void => {
        model.stopTraining = true;
      };
      return fit(model, x, y, { ...common, callbacks: { onBatchEnd } });
    });
    expect(stopping).toBe(await plainRun());
  });
});
