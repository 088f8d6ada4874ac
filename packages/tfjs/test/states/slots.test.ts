import { expect, test } from "@jest/globals";
import { copyState, type StateDict, type TrainingState } from "@reprise/core";
import { optimizerState } from "@reprise/tfjs";
import * as tf from "../tf.ts";
import { dense, type Trained } from "./subjects.ts";

const adam = (): Trained => dense(tf.train.adam(0.1));

/** What the optimizer writes into a file, but for the values. */
async function namesOf({ model }: Trained): Promise<string[]> {
  return (await model.optimizer.getWeights()).map(({ name }) => name);
}

async function load(into: TrainingState, from: TrainingState): Promise<void> {
  const { copy } = await copyState({ copy: from });
  await into.loadStateDict(copy as StateDict);
}

test("slots that are made at a restore are like those that a step makes", async () => {
  const [saved, fresh] = [adam(), adam()];
  saved.train(0);
  const { optimizer } = fresh.state as { optimizer: TrainingState };
  await load(optimizer, (saved.state as { optimizer: TrainingState }).optimizer);
  const restored = await namesOf(fresh);
  const { accumulatedFirstMoment: slots } = fresh.model.optimizer as unknown as {
    accumulatedFirstMoment: { variable: tf.Variable }[];
  };
  expect(slots.map(({ variable }) => [variable.trainable, variable.isDisposed])).toEqual(
    Array.from({ length: 4 }, () => [false, false]),
  );

  const stepped = adam();
  stepped.train(0);
  const weights = stepped.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const kinds = ["m", "v"];
  const made = kinds.flatMap((kind) => weights.map(({ name }) => `${name}/${kind}`));
  expect(await namesOf(stepped)).toEqual(["iter", ...made]);
  const own = fresh.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  expect(restored).toEqual([
    "iter",
    ...kinds.flatMap((kind) => own.map(({ name }) => `${name}/${kind}`)),
  ]);
});

test("slots of an optimizer without a model are named by their place", async () => {
  const [saved, fresh] = [adam(), tf.train.adam(0.1)];
  saved.train(0);
  await load(optimizerState(fresh), (saved.state as { optimizer: TrainingState }).optimizer);
  const names = (await fresh.getWeights()).map(({ name }) => name);
  expect(names).toEqual(["iter", "0/m", "1/m", "2/m", "3/m", "0/v", "1/v", "2/v", "3/v"]);
});

test("what an optimizer remembers of steps is dropped when the checkpoint is of before the first", async () => {
  const [born, trained] = [adam(), adam()];
  trained.train(0);
  const { numTensors } = tf.memory();
  const { optimizer } = trained.state as { optimizer: TrainingState };
  await load(optimizer, (born.state as { optimizer: TrainingState }).optimizer);
  expect(trained.model.optimizer.iterations).toBe(0);
  expect(await namesOf(trained)).toEqual(["iter"]);
  // Eight slots went, and two lists of weights were asked for, each with a tensor of the iterations.
  expect(tf.memory().numTensors).toBe(numTensors - 8 + 1);
});

test("the learning rate of the checkpoint is taken, with the tensor that sgd makes of it", async () => {
  const [saved, fresh] = [tf.train.sgd(0.1), tf.train.sgd(0.5)];
  (saved as tf.SGDOptimizer & { setLearningRate(rate: number): void }).setLearningRate(0.25);
  await load(optimizerState(fresh), optimizerState(saved));
  const { c, learningRate } = fresh as unknown as { c: tf.Tensor; learningRate: number };
  expect([learningRate, ...c.dataSync()]).toEqual([0.25, -0.25]);
});

test("loading keeps nothing of the arrays that it is given", async () => {
  const { state, model } = adam();
  const copy = await copyState(state);
  const saved = copy["model"] as unknown as {
    layers: [{ Dense: { kernel: { data: Float32Array } } }];
  };
  await (state as { model: TrainingState }).model.loadStateDict(copy["model"] as StateDict);
  const before = [...(model.getWeights()[0]?.dataSync() ?? [])];
  saved.layers[0].Dense.kernel.data.fill(7);
  expect([...(model.getWeights()[0]?.dataSync() ?? [])]).toEqual(before);
});
