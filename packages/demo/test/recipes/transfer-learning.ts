import * as tf from "@tensorflow/tfjs";
import { BackupAndRestore, type CheckpointStore, fit } from "@reprise/tfjs";

/** A model that was trained before, as `tf.loadLayersModel` would give it. */
export function loadBase(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, activation: "relu", inputShape: [4], kernelInitializer }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 6, activation: "relu", kernelInitializer }),
    ],
  });
}

/** Trains a new last layer on top of layers that stay as they are. */
export async function trainNewHead({ store }: { readonly store: CheckpointStore }) {
  const base = loadBase();
  for (const layer of base.layers) layer.trainable = false;
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 2 });
  const model = tf.sequential({
    layers: [
      ...base.layers,
      tf.layers.dense({ units: 2, activation: "softmax", kernelInitializer }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });

  const x = tf.tensor2d(
    Float32Array.from({ length: 48 * 4 }, (_, at) => Math.sin(at)),
    [48, 4],
  );
  const y = tf.oneHot(tf.range(0, 48, 1, "int32").mod(tf.scalar(2, "int32")).toInt(), 2);
  const { history } = await fit(model, x, y, {
    epochs: 3,
    batchSize: 16,
    seed: 42,
    callbacks: [new BackupAndRestore(store, { saveFreq: 2 })],
  });
  return {
    history,
    layers: model.layers.map((layer) => layer.getWeights().map((weight) => weight.dataSync())),
  };
}
