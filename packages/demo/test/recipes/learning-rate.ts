import * as tf from "@tensorflow/tfjs";
import { BackupAndRestore, type Callback, type CheckpointStore, fit } from "@reprise/tfjs";

type Optimizer = tf.Optimizer & { learningRate: number };

/** Halves the learning rate after `patience` epochs in which the loss has not become less. */
function reduceOnPlateau(optimizer: Optimizer, patience: number): Callback {
  const state = { best: Infinity, wait: 0 };
  return {
    key: "reduce-on-plateau",
    stateDict: () => ({ ...state }),
    loadStateDict: (saved) => Object.assign(state, saved),
    onEpochEnd(_epoch, { loss = NaN }) {
      state.wait = loss < state.best - 0.01 ? 0 : state.wait + 1;
      state.best = Math.min(state.best, loss);
      if (state.wait < patience) return;
      state.wait = 0;
      optimizer.learningRate /= 2;
    },
  };
}

/** Trains with a learning rate that follows the loss. */
export async function trainWithPlateaus({ store }: { readonly store: CheckpointStore }) {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const optimizer = tf.train.adam(0.1) as tf.Optimizer as Optimizer;
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 6, activation: "relu", inputShape: [3], kernelInitializer }),
      tf.layers.dropout({ rate: 0.25 }),
      tf.layers.dense({ units: 1, kernelInitializer }),
    ],
  });
  model.compile({ optimizer, loss: "meanSquaredError" });

  const x = tf.range(0, 120).sin().reshape([40, 3]);
  const y = x.sum(1, true).cos();
  const { history } = await fit(model, x, y, {
    epochs: 6,
    batchSize: 20,
    seed: 42,
    callbacks: [reduceOnPlateau(optimizer, 1), new BackupAndRestore(store, { saveFreq: 3 })],
  });
  const { learningRate } = optimizer;
  return { learningRate, history, weights: model.getWeights().map((weight) => weight.dataSync()) };
}
