import { expect, test } from "@jest/globals";
import { BackupAndRestore, type Callback, memory } from "@reprise/core";
import "@reprise/testing/jest";
import { fit, type FitArgs } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { dense } from "./models.ts";
import { outcomeOf } from "./outcome.ts";

const common: FitArgs = { epochs: 3, batchSize: 3 };

async function outcome(args: FitArgs): Promise<Record<string, unknown>> {
  const { model, x, y } = dense("sgd", { dropout: 0.4 });
  return outcomeOf(model, await fit(model, x, y, { ...common, ...args }));
}

test("the seed decides on dropout and order, whatever else draws from Math.random", async () => {
  const first = await outcome({ seed: 1 });
  const drawing = { onBatchEnd: () => void Math.random() };
  expect(await outcome({ seed: 1, callbacks: drawing })).toBeBitIdenticalTo(first);
  expect(await outcome({ seed: 2 })).not.toBeBitIdenticalTo(first);
  expect(await outcome({ seed: 1, shuffle: false })).not.toBeBitIdenticalTo(first);
});

test("each epoch has an order of its own, in which every sample comes once", async () => {
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [1], units: 1 }));
  const seen: number[] = [];
  model.compile({
    optimizer: "sgd",
    loss: (target: tf.Tensor, output: tf.Tensor) => {
      seen.push(...target.dataSync());
      return tf.losses.meanSquaredError(target, output);
    },
  });
  const samples = tf.range(0, 10).reshape([10, 1]);
  await fit(model, samples, samples, { epochs: 2, batchSize: 4, seed: 3 });
  const [first, second] = [seen.slice(0, 10), seen.slice(10)];
  const inOrder = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(first.toSorted((a, b) => a - b)).toEqual(inOrder);
  expect(second.toSorted((a, b) => a - b)).toEqual(inOrder);
  expect(first).not.toEqual(inOrder);
  expect(second).not.toEqual(first);
});

test("each batch draws numbers of its own, the same ones after a resume", async () => {
  const store = memory();
  const drawn: number[] = [];
  let failAt = 3;
  const loss = (target: tf.Tensor, output: tf.Tensor): tf.Tensor => {
    if (drawn.length === failAt) throw new Error("of the loss");
    drawn.push(Math.random());
    return tf.losses.meanSquaredError(target, output);
  };
  const train = async (): Promise<unknown> => {
    const { model, x, y } = dense();
    model.compile({ optimizer: "sgd", loss });
    const callbacks = new BackupAndRestore(store, { saveFreq: 1 });
    return fit(model, x, y, { epochs: 2, batchSize: 4, seed: 1, callbacks });
  };
  await expect(train()).rejects.toThrow("of the loss");
  const before = drawn.splice(0);
  failAt = Infinity;
  await train();
  const inTwoLives = [...before, ...drawn.splice(0)];
  await train();
  expect(inTwoLives).toEqual(drawn);
  expect(new Set(inTwoLives).size).toBe(6);
});

test("Math.random is that of the program in every hook, and behind fit", async () => {
  const ofProgram = Math.random;
  const seen = new Set<unknown>();
  const look = (): void => void seen.add(Math.random);
  const callbacks = { onEpochBegin: look, onBatchBegin: look, onBatchEnd: look, onEpochEnd: look };
  await outcome({ seed: 1, callbacks });
  expect([...seen, Math.random]).toEqual([ofProgram, ofProgram]);
});

test("without a seed one is drawn, and kept for the lives to come", async () => {
  expect(await outcome({})).not.toBeBitIdenticalTo(await outcome({}));

  const store = memory();
  const stop: Callback = {
    key: "stop",
    onBatchEnd: (_batch, _logs, training) => {
      if (training.position.step === 2) training.stop();
    },
  };
  const { model, x, y } = dense("sgd", { dropout: 0.4 });
  const ofProgram = Math.random;
  Math.random = () => 0.5;
  const running = fit(model, x, y, { ...common, callbacks: [stop, new BackupAndRestore(store)] });
  Math.random = ofProgram;
  await running;

  const resumed = await outcome({ callbacks: new BackupAndRestore(store) });
  expect(resumed).toBeBitIdenticalTo(await outcome({ seed: 2 ** 52 }));
});
