import { describe, expect, test } from "@jest/globals";
import "@reprise/testing/jest";
import { fitDataset, type FitDatasetArgs } from "../../src/index.ts";
import {
  data,
  dense,
  severalInputsAndOutputs,
  statefulLstm,
  withClassWeights,
} from "../fit/models.ts";
import { outcomeOf } from "../fit/outcome.ts";
import * as tf from "../tf.ts";
import { type Call, hooks } from "../fit/hooks.ts";
import { endless, plain, rows, samples, shuffled } from "./pipelines.ts";

type Pipeline = tf.data.Dataset<tf.TensorContainer>;

/** What is trained, made anew for each training. */
interface Case {
  readonly model: tf.LayersModel;
  readonly dataset: Pipeline;
  readonly args?: Partial<FitDatasetArgs>;
}

const cases: Readonly<Record<string, () => Case>> = {
  "batches in their order": () => ({ model: dense().model, dataset: plain() }),
  "map, shuffle and prefetch": () => ({ model: dense().model, dataset: shuffled() }),
  batchesPerEpoch: () => ({
    model: dense().model,
    dataset: endless(),
    args: { batchesPerEpoch: 3 },
  }),
  "more batchesPerEpoch than there are": () => ({
    model: dense().model,
    dataset: shuffled(),
    args: { batchesPerEpoch: 3 },
  }),
  initialEpoch: () => ({ model: dense().model, dataset: shuffled(), args: { initialEpoch: 1 } }),
  "validation on tensors": () => ({
    model: dense().model,
    dataset: shuffled(),
    args: { validationData: [data([5, 4], 3), data([5, 2], 4)], validationBatchSize: 2 },
  }),
  "validation on a dataset": () => ({
    model: dense().model,
    dataset: shuffled(),
    args: { validationData: samples(7, 5).shuffle(4, "9").batch(2) },
  }),
  "validation on some batches, and batchesPerEpoch": () => ({
    model: dense().model,
    dataset: endless(),
    args: {
      batchesPerEpoch: 2,
      validationData: samples(7, 5).shuffle(4, "9").batch(2),
      validationBatches: 2,
    },
  }),
  "class weights": () => ({
    model: withClassWeights().model,
    dataset: samples(9)
      .map(({ xs }: { xs: [number] }) => ({ xs, ys: xs[0] > 0 ? [1, 0] : [0, 1] }) as never)
      .batch(4),
    args: { classWeight: { 0: 2, 1: 0.5 } },
  }),
  "several inputs and outputs by their names": () => {
    const { model } = severalInputsAndOutputs();
    const [left = "", right = ""] = model.inputNames;
    const dataset = tf.data
      .array(rows(7))
      .map((row) => {
        const [a = 0, b = 0, c = 0, d = 0] = row.xs as number[];
        const xs = { [right]: [c, d], [left]: [a, b, c] };
        return { xs, ys: { second: [0, 1], first: [d] } } as never;
      })
      .batch(3);
    const classWeight = { second: { 0: 1, 1: 3 } };
    return { model, dataset, args: { classWeight } };
  },
  "what a stateful layer remembers": () => ({
    model: statefulLstm().model,
    dataset: tf.data
      .array(rows(6))
      .map((row) => {
        const [a = 0, b = 0, c = 0, d = 0] = row.xs as number[];
        return {
          xs: [
            [a, b],
            [c, d],
            [a, d],
          ],
          ys: [c],
        } as never;
      })
      .batch(2),
  }),
  "batches that are tensors, and elements without a value": () => {
    const batches = [0, 1, 2].map((i) => [data([2, 4], i + 1), data([2, 2], i + 5)] as const);
    function* elements() {
      for (const [xs, ys] of batches) {
        yield { xs: xs.clone(), ys: [ys.clone()] };
        yield null;
      }
    }
    return { model: dense().model, dataset: tf.data.generator<never>(elements as never) };
  },
};

class Recorder extends tf.Callback {
  readonly calls: Call[] = [];
}
for (const hook of hooks) {
  Reflect.set(Recorder.prototype, hook, async function (this: Recorder, index: unknown, logs = {}) {
    const seen = Object.entries(logs as tf.Logs).map(async ([name, value]: [string, unknown]) => [
      name,
      typeof value === "number" ? value : await (value as tf.Tensor).data(),
    ]);
    this.calls.push([hook, typeof index === "number" ? index : "logs", await Promise.all(seen)]);
  });
}

type Train = (it: Case, args: FitDatasetArgs) => Promise<tf.History>;

const withTfjs: Train = ({ model, dataset }, args) => model.fitDataset(dataset, args as never);
const withReprise: Train = ({ model, dataset }, args) => fitDataset(model, dataset, args);

async function outcome(
  make: () => Case,
  train: Train,
): Promise<{ readonly same: Readonly<Record<string, unknown>>; readonly left: number }> {
  const it = make();
  const recorder = new Recorder();
  let iterators = 0;
  const { dataset } = it;
  const iterator = dataset.iterator.bind(dataset);
  dataset.iterator = async () => {
    iterators++;
    return iterator();
  };
  const { numTensors } = tf.memory();
  const callbacks = [recorder];
  const history = await train(it, { epochs: 3, ...it.args, callbacks });
  const left = tf.memory().numTensors - numTensors;
  const { calls } = recorder;
  const params = { ...(recorder as unknown as { params: object }).params };
  const same = { ...(await outcomeOf(it.model, history)), calls, iterators, params };
  return { same, left };
}

/** Trains the same with tfjs alone and with Reprise, and expects all that can be seen of it to be the same. */
async function expectTheSame(make: () => Case, change: (train: Train) => Train): Promise<void> {
  const expected = await outcome(make, change(withTfjs));
  expect(expected.same["calls"]).not.toHaveLength(0);
  const ours = await outcome(make, change(withReprise));
  expect(ours.same).toBeBitIdenticalTo(expected.same);
  // tfjs keeps what a pipeline has fetched ahead when it is left.
  expect(ours.left).toBeLessThanOrEqual(expected.left);
}

describe("fitDataset does to the bit what model.fitDataset does", () => {
  test.each(Object.entries(cases))("with %s", async (_, make) => {
    await expectTheSame(make, (train) => train);
  });

  test.each(["onEpochBegin", "onBatchEnd", "onEpochEnd"] as const)(
    "when training is stopped in %s",
    async (hook) => {
      const stopping =
        (train: Train): Train =>
        (it, args) => {
          const stop = new tf.CustomCallback({
            [hook]: (index: number) => {
              if (index === 1) it.model.stopTraining = true;
            },
          });
          const validationData = samples(4, 5).batch(2);
          const callbacks = [...(args.callbacks as []), stop];
          return train(it, { ...args, validationData, callbacks });
        };
      const make = (): Case => ({ model: dense().model, dataset: shuffled() });
      await expectTheSame(make, stopping);
    },
  );
});
