import { BackupAndRestore, keyedRandom, shuffledBatches, train } from "@reprise/loop";
import { modelState, optimizerState } from "@reprise/tfjs";
import type { TrainingIo } from "@reprise/testing";
import * as tf from "../tf.ts";

/** All that two runs must agree on to the bit. */
export interface GanResult {
  readonly weights: readonly Float32Array[];
  readonly slots: readonly Float32Array[];
  readonly losses: readonly number[];
}

const samples = 6;
const random = keyedRandom(7);

/** Two models that train against each other, each with an optimizer of its own, and noise that is keyed. */
export async function trainGan({ store }: TrainingIo): Promise<GanResult> {
  const generator = perceptron(2, 3);
  const critic = perceptron(3, 1);
  const pull = tf.train.adam(0.05);
  const push = tf.train.momentum(0.05, 0.9);
  const losses: number[] = [];
  const run = await train({
    epochs: 2,
    state: {
      generator: modelState(generator),
      critic: modelState(critic),
      pull: optimizerState(pull, generator),
      push: optimizerState(push, critic),
      losses,
    },
    callbacks: [new BackupAndRestore(store, { saveFreq: 1 })],
  });
  for await (const epoch of run.epochs()) {
    for await (const batch of epoch.batches(shuffledBatches(samples, { batchSize: 2, random }))) {
      const noise = (): tf.Tensor => noiseOf(epoch.index, batch.index);
      const judge = (x: tf.Tensor): tf.Tensor => critic.apply(x, { training: true }) as tf.Tensor;
      const fake = (): tf.Tensor => generator.apply(noise(), { training: true }) as tf.Tensor;
      losses.push(
        minimize(push, critic, () => {
          const real = judge(realOf([...batch.value]));
          return tf.add(tf.mean(tf.square(tf.sub(real, 1))), tf.mean(tf.square(judge(fake()))));
        }),
        minimize(pull, generator, () => tf.mean(tf.square(tf.sub(judge(fake()), 1)))),
      );
    }
  }
  const weights = [...generator.weights, ...critic.weights].map((weight) =>
    valuesOf(weight.read()),
  );
  const slots = (await Promise.all([pull.getWeights(), push.getWeights()])).flat();
  const result = { weights, slots: slots.map(({ tensor }) => valuesOf(tensor)), losses };
  tf.dispose([slots.filter(({ name }) => name === "iter").map(({ tensor }) => tensor)]);
  for (const part of [generator, critic, pull, push]) part.dispose();
  return result;
}

function perceptron(inputs: number, outputs: number): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({
        units: 4,
        inputShape: [inputs],
        activation: "tanh",
        kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
      }),
      tf.layers.dense({
        units: outputs,
        kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }),
      }),
    ],
  });
}

function minimize(optimizer: tf.Optimizer, model: tf.LayersModel, loss: () => tf.Tensor): number {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return tf.tidy(() => {
    const cost = optimizer.minimize(() => loss().asScalar(), true, variables);
    return cost?.dataSync()[0] ?? Number.NaN;
  });
}

function noiseOf(epoch: number, batch: number): tf.Tensor {
  const stream = random("noise", epoch, batch);
  return tf.tensor2d(
    Float32Array.from({ length: 4 }, () => 2 * stream.next() - 1),
    [2, 2],
  );
}

function realOf(chosen: readonly number[]): tf.Tensor {
  return tf.tensor2d(chosen.map((sample) => [Math.sin(sample), Math.cos(sample), sample / 6]));
}

function valuesOf(tensor: tf.Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}
