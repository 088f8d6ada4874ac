import * as tf from "@tensorflow/tfjs";
import { BackupAndRestore, type CheckpointStore, fitDataset } from "@reprise/tfjs";

/** Samples from anywhere: a file, a generator, a list. */
function* readSamples() {
  for (let at = 0; at < 60; at++)
    yield { xs: [Math.sin(at), Math.cos(at)], ys: [Math.sin(2 * at)] };
}

/** Trains on a pipeline that shuffles and reads ahead. */
export async function trainOnPipeline({ store }: { readonly store: CheckpointStore }) {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, activation: "tanh", inputShape: [2], kernelInitializer }),
      tf.layers.dropout({ rate: 0.2 }),
      tf.layers.dense({ units: 1, kernelInitializer }),
    ],
  });
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });

  // Made anew to be compared: without a seed `shuffle` would take its order from the time, and be refused.
  const dataset = () => tf.data.generator(readSamples).shuffle(30, "42").batch(10).prefetch(2);
  const { history } = await fitDataset(model, dataset, {
    epochs: 3,
    seed: 42,
    callbacks: [new BackupAndRestore(store, { saveFreq: 4 })],
  });
  return { history, weights: model.getWeights().map((weight) => weight.dataSync()) };
}
