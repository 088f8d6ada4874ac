import type * as tf from "@tensorflow/tfjs";
import { BackupAndRestore, type CheckpointStore, fit } from "@reprise/tfjs";

/** What is used of ml5, which brings no types, and is loaded by `<script src="ml5.min.js">`. */
declare const ml5: {
  readonly tf: typeof tf;
  neuralNetwork(options: object): {
    readonly neuralNetwork: { readonly model: tf.Sequential };
    addData(inputs: object, outputs: object): void;
    normalizeData(): void;
    train(options: object, whenDone: () => void): Promise<void>;
  };
};

/** Learns to tell warm colours from cold ones. */
export async function trainWithMl5({ store }: { readonly store: CheckpointStore }) {
  await ml5.tf.setBackend("cpu");
  const nn = ml5.neuralNetwork({
    task: "classification",
    inputs: ["red", "green", "blue"],
    outputs: ["label"],
  });
  for (let at = 0; at < 60; at++) {
    const [red, green, blue] = [(at * 83) % 256, (at * 151) % 256, (at * 199) % 256] as const;
    nn.addData({ red, green, blue }, { label: red > blue ? "warm" : "cold" });
  }
  nn.normalizeData();

  // `nn.train()` makes the data, the layers and the optimizer ready, and calls `fit` of the model.
  const { model } = nn.neuralNetwork;
  let history: tf.History["history"] = {};
  model.fit = async (x, y, args) => {
    // The model has its own again, which `fit` of Reprise calls in its turn.
    Reflect.deleteProperty(model, "fit");
    const backup = new BackupAndRestore(store, { saveFreq: 4, takeOver: true });
    const callbacks = [args?.callbacks ?? [], backup].flat();
    const trained = await fit(model, x, y, { ...args, seed: 42, callbacks });
    ({ history } = trained);
    return trained;
  };
  // Without a callback ml5 would not look at the options.
  await nn.train({ epochs: 5, batchSize: 16 }, () => {});
  return { history, weights: model.getWeights().map((weight) => weight.dataSync()) };
}
