import { describe, expect, test } from "@jest/globals";
import { everySteps, memory } from "@reprise/core";
import {
  BackupAndRestore,
  type Dataset,
  fitDataset,
  type FitDatasetArgs,
} from "../../src/index.ts";
import { data, dense } from "../fit/models.ts";
import * as tf from "../tf.ts";
import { samples } from "./pipelines.ts";

/** Tensors from their source on, fetched ahead at every stage, also in the parts of a longer pipeline. */
function tensors(): tf.data.Dataset<tf.TensorContainer> {
  const part = () =>
    tf.data
      .zip({ xs: rows(0, 4).prefetch(2), ys: rows(4, 2) })
      .shuffle(3, "1")
      .prefetch(2);
  return part().concatenate(part().repeat(8)).batch(2).prefetch(3);
}

function rows(from: number, width: number): tf.data.Dataset<tf.Tensor> {
  return samples(8).map((row: { readonly xs: number[]; readonly ys: number[] }) =>
    tf.tensor1d([...row.xs, ...row.ys].slice(from, from + width)),
  ) as never;
}

/** What is fetched ahead is disposed of in the background. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The tensors that a training leaves behind, besides the model and its optimizer. */
async function leftBy(train: (model: tf.LayersModel) => Promise<unknown>): Promise<number> {
  await settled();
  const { numTensors } = tf.memory();
  const { model } = dense();
  await train(model);
  await settled();
  model.optimizer.dispose();
  model.dispose();
  return tf.memory().numTensors - numTensors;
}

const common: FitDatasetArgs = { epochs: 2, batchesPerEpoch: 4 };

describe("fitDataset leaves no tensors behind", () => {
  // Two inputs of the model under test, which it does not dispose.
  let unused = 0;
  test("nor does a training that is never interrupted", async () => {
    unused = await leftBy(async () => {});
    const left = await leftBy((model) => fitDataset(model, tensors(), common));
    expect(left).toBe(unused);
  });

  test.each<[string, FitDatasetArgs]>([
    ["read anew in each epoch", { epochs: 1, validationData: tensors(), validationBatches: 3 }],
    ["with batchesPerEpoch", { ...common, validationData: [data([5, 4], 3), data([5, 2], 4)] }],
  ])("when it is interrupted and resumed all the time, %s", async (_, args) => {
    const store = memory();
    let lives = 0;
    const left = await leftBy(async () => {
      for (let isOver = false; !isOver && lives < 300; lives++) {
        const { model } = dense();
        const backup = new BackupAndRestore(store, { saveFreq: everySteps(1), onEvent: () => {} });
        let batches = 0;
        const dying = {
          onBatchEnd: () => {
            batches++;
            if (batches === 2) throw new Error("died");
          },
        };
        isOver = await fitDataset(model, tensors(), { ...args, callbacks: [dying, backup] }).then(
          () => true,
          (error: Error) => {
            expect(error.message).toBe("died");
            return false;
          },
        );
        model.optimizer.dispose();
        tf.dispose(model.weights.map((weight) => weight.read()));
      }
    });
    expect(lives).toBeGreaterThan(5);
    expect(left - unused).toBe(2 * lives);
  });

  test("when a callback stops it early", async () => {
    const left = await leftBy((model) => {
      const onBatchEnd = (batch: number) => {
        if (batch === 3) model.stopTraining = true;
      };
      return fitDataset(model, tensors(), { epochs: 2, callbacks: { onBatchEnd } });
    });
    expect(left).toBe(unused);
  });

  test("when the dataset fails", async () => {
    const failing: Dataset = {
      async iterator() {
        const iterator = await tensors().iterator();
        let elements = 0;
        return Object.assign(Object.create(iterator), {
          next: async () => {
            if (elements++ === 3) throw new Error("no such file");
            return iterator.next();
          },
        });
      },
    };
    const left = await leftBy(async (model) => {
      await expect(fitDataset(model, failing, common)).rejects.toThrow("no such file");
    });
    expect(left).toBe(unused);
  });
});

test("an iterator that can be closed is closed when it is left early, and only then", async () => {
  const closed: string[] = [];
  const closable = (name: string, length: number): Dataset => ({
    async iterator() {
      const iterator = await samples(length).batch(2).iterator();
      return Object.assign(Object.create(iterator), {
        next: () => iterator.next(),
        return: () => closed.push(name),
      });
    },
  });
  const { model } = dense();
  await fitDataset(model, closable("data", 20), {
    epochs: 2,
    batchesPerEpoch: 3,
    validationData: closable("validation", 4),
  });
  expect(closed).toEqual(["data"]);
  closed.length = 0;
  await fitDataset(model, closable("data", 6), {
    epochs: 1,
    validationData: closable("validation", 6),
    validationBatches: 2,
  });
  // The one that is made and never read, and that of the validation.
  expect(closed).toEqual(["data", "validation"]);
});
