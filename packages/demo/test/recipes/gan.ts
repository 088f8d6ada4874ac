import * as tf from "@tensorflow/tfjs";
import {
  BackupAndRestore,
  type CheckpointStore,
  keyedRandom,
  shuffledBatches,
  train,
  withMathRandom,
} from "@reprise/loop";
import { modelState, optimizerState, variablesState } from "@reprise/tfjs";

const batchSize = 16;

/** Makes points of noise: a model of layers. */
function makeGenerator(): tf.Sequential {
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 1 });
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, activation: "tanh", inputShape: [3], kernelInitializer }),
      tf.layers.dropout({ rate: 0.2 }),
      tf.layers.dense({ units: 2, kernelInitializer }),
    ],
  });
}

/** Tells points of a circle from others: variables, and a function. */
function makeCritic() {
  const variables = {
    hidden: tf.variable(tf.randomNormal([2, 8], 0, 0.5, "float32", 2)),
    output: tf.variable(tf.randomNormal([8, 1], 0, 0.5, "float32", 3)),
  };
  const judge = (points: tf.Tensor): tf.Tensor =>
    tf.matMul(tf.dropout(tf.tanh(tf.matMul(points, variables.hidden)), 0.2), variables.output);
  return { variables, judge };
}

/** Two models that train against each other, each with an optimizer of its own. */
export async function trainGan({ store }: { readonly store: CheckpointStore }) {
  const generator = makeGenerator();
  const critic = makeCritic();
  const optimizers = { generator: tf.train.adam(0.01), critic: tf.train.rmsprop(0.005) };
  const angles = tf.range(0, 64);
  const circle = tf.stack([tf.sin(angles), tf.cos(angles)], 1);

  function loss(label: number, points: tf.Tensor): tf.Scalar {
    const logits = critic.judge(points);
    return tf.losses.sigmoidCrossEntropy(tf.onesLike(logits).mul(label), logits);
  }
  function imitate(): tf.Tensor {
    return generator.apply(tf.randomNormal([batchSize, 3]), { training: true }) as tf.Tensor;
  }
  function trainStep(rows: Iterable<number>): number {
    const real = tf.gather(circle, [...rows]);
    optimizers.critic.minimize(
      () => tf.add(loss(1, real), loss(0, imitate())),
      false,
      Object.values(critic.variables),
    );
    const variables = generator.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const cost = optimizers.generator.minimize(() => loss(1, imitate()), true, variables);
    return cost?.dataSync()[0] ?? Number.NaN;
  }

  const random = keyedRandom(42);
  const run = await train({
    epochs: 3,
    state: {
      generator: modelState(generator),
      critic: variablesState(critic.variables),
      generatorOptimizer: optimizerState(optimizers.generator),
      criticOptimizer: optimizerState(optimizers.critic),
    },
    callbacks: [new BackupAndRestore(store, { saveFreq: 2 })],
  });
  for await (const epoch of run.epochs()) {
    for await (const batch of epoch.batches(shuffledBatches(64, { batchSize, random }))) {
      // Noise and dropout draw from `Math.random`: here from numbers that follow from the step.
      const draws = random("step", epoch.index, batch.index);
      batch.logs["loss"] = withMathRandom(draws, () => tf.tidy(() => trainStep(batch.value)));
    }
  }
  const weights = [...generator.getWeights(), ...Object.values(critic.variables)];
  return weights.map((weight) => weight.dataSync());
}
