import {
  BackupAndRestore,
  type CheckpointStore,
  EarlyStopping,
  History,
  keyedRandom,
  shuffledBatches,
  train,
} from "@reprise/loop";
import { accuracyOf, gradientOf, images } from "./digits.ts";

/** Logistic regression with momentum and dropout, saved after every fourth batch. */
export async function trainDigits({ store }: { store: CheckpointStore }) {
  const weights = new Float32Array(images.pixels);
  const optimizer = { momentum: new Float32Array(images.pixels), learningRate: 0.5 };
  const random = keyedRandom(42);
  const history = new History();

  const run = await train({
    epochs: 4,
    state: { weights, optimizer },
    callbacks: [
      new BackupAndRestore(store, { saveFreq: 4 }),
      new EarlyStopping({ monitor: "loss", patience: 2 }),
      history,
    ],
  });
  for await (const epoch of run.epochs()) {
    if (epoch.fresh) optimizer.learningRate *= 0.9;
    const order = shuffledBatches(images.count, { batchSize: 8, random });
    for await (const batch of epoch.batches(order)) {
      const dropout = random("dropout", epoch.index, batch.index);
      const { gradient, loss } = gradientOf(weights, batch.value, dropout.next);
      for (const at of weights.keys()) {
        optimizer.momentum[at] = 0.9 * (optimizer.momentum[at] ?? 0) + (gradient[at] ?? 0);
        weights[at] = (weights[at] ?? 0) - optimizer.learningRate * optimizer.momentum[at];
      }
      batch.logs["loss"] = loss;
    }
    epoch.logs["accuracy"] = accuracyOf(weights);
  }
  return { weights, optimizer, history: history.stateDict() };
}
