import { RepriseError, show, type TrainingState } from "@reprise/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { placesOfLayers } from "./layer-places.ts";
import { placesState } from "./places-state.ts";

/**
 * The weights of a model, trainable or not, and the states of its stateful recurrent layers, as a training
 * state: `train({ state: { model: modelState(model), optimizer: optimizerState(optimizer, model) } })`.
 * Weights are known by the place of their layer in the model, never by their names, which change
 * from one build of a model to the next. A save holds them without a copy.
 *
 * A checkpoint is of one backend, since each computes other bits: on another one it is refused, unless
 * `onMismatch: "warn"` lets it pass. The optimizer is a state of its own.
 * Throws `INVALID_ARGUMENT` for what is no model of layers.
 */
export function modelState(model: LayersModel): TrainingState {
  if (!isModel(model)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected modelState() to be given a tf.LayersModel, found ${show(model)}. ` +
        `For variables there is variablesState({ … }).`,
    );
  }
  return placesState(() => ({ layers: placesOfLayers(model.layers) }));
}

function isModel(model: unknown): boolean {
  return Array.isArray((model as { layers?: unknown } | null | undefined)?.layers);
}
