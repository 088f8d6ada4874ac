import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
// It registers itself.
// oxlint-disable-next-line import/no-unassigned-import
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { type Optimizer, randomNormal, setBackend, train } from "@tensorflow/tfjs-core";
import { layers, type Sequential, sequential } from "@tensorflow/tfjs-layers";
import { modelState, optimizerState, type TrainingState } from "@reprise/tfjs";

/** A backend that a bench runs on. */
export type Backend = "cpu" | "wasm";

/** Has TensorFlow.js compute on `backend`. Throws where it would silently take another. */
export async function useBackend(backend: Backend): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(dirname(resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  if (!(await setBackend(backend))) throw new Error(`The ${backend} backend could not be started.`);
}

/** A model whose weights and slots of Adam are large, after one step of training. */
export interface LargeTraining {
  readonly model: Sequential;
  readonly bytes: number;
  readonly state: { readonly model: TrainingState; readonly optimizer: TrainingState };
}

/** Four layers, 40 MB of weights and two slots of as many each. */
export async function makeLargeTraining(): Promise<LargeTraining> {
  const units = 1581;
  const optimizer: Optimizer = train.adam(1e-3);
  const model = sequential();
  for (let layer = 0; layer < 4; layer++) model.add(layers.dense({ units, inputShape: [units] }));
  model.compile({ optimizer, loss: "meanSquaredError" });
  await model.trainOnBatch(randomNormal([1, units]), randomNormal([1, units]));
  const weights = model.getWeights().reduce((bytes, { size }) => bytes + 4 * size, 0);
  const state = { model: modelState(model), optimizer: optimizerState(optimizer) };
  return { model, bytes: 3 * weights, state };
}
