import * as tf from "@tensorflow/tfjs";
import { BackupAndRestore, type CheckpointStore, fit } from "@reprise/tfjs";
import { create, globals } from "webgpu";

/** Has TensorFlow.js compute on WebGPU, or throws: it would go on with another backend silently. */
async function useWebgpu(): Promise<void> {
  Object.assign(globalThis, globals);
  const navigator = { gpu: create([]) };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  // It looks for a GPU when it is loaded.
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend("webgpu"))) throw new Error("There is no WebGPU here.");
}

/** Trains a small convolution, which wasm cannot. */
export async function trainOnGpu({ store }: { readonly store: CheckpointStore }) {
  await useWebgpu();
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1], kernelInitializer }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.25 }),
      tf.layers.dense({ units: 1, kernelInitializer }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });

  const x = tf.tensor4d(
    Float32Array.from({ length: 12 * 36 }, (_, at) => Math.sin(at)),
    [12, 6, 6, 1],
  );
  const { history } = await fit(model, x, x.mean([1, 2]), {
    epochs: 2,
    batchSize: 4,
    seed: 42,
    callbacks: [new BackupAndRestore(store, { saveFreq: 2 })],
  });
  // Not `dataSync()`, which this backend does not have in Node.
  const weights = await Promise.all(model.getWeights().map((weight) => weight.data()));
  return { backend: tf.getBackend(), history, weights };
}
