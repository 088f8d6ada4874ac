import { RepriseError, show, type TrainingState } from "@reprise/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { backendFacts, faultOfFacts } from "./backend-facts.ts";
import { placesOfLayers } from "./layer-places.ts";
import { loadInto } from "./load.ts";
import { pinAll, type PlaceTree } from "./place.ts";
import { withPins } from "./pin.ts";

/**
 * The weights of a model, trainable or not, and the states of its stateful recurrent layers, as a training
 * state: `train({ state: { model: modelState(model), optimizer: optimizerState(optimizer) } })`.
 * Weights are known by the place of their layer in the model, never by their names, which change
 * from one build of a model to the next. A save holds them without a copy.
 *
 * The optimizer is a state of its own. Throws `INVALID_ARGUMENT` for what is no model of layers.
 */
export function modelState(model: LayersModel): TrainingState {
  if (!isModel(model)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected modelState() to be given a tf.LayersModel, found ${show(model)}. ` +
        `For variables there is variablesState({ … }).`,
    );
  }
  const places = (): Readonly<Record<string, PlaceTree>> => ({
    layers: placesOfLayers(model.layers),
  });
  return {
    stateDict: () =>
      withPins((pin) => ({
        backend: backendFacts(),
        layers: pinAll(placesOfLayers(model.layers), pin, "layers"),
      })),
    loadStateDict: (saved) => loadInto(places(), saved, faultOfFacts(saved["backend"])),
  };
}

function isModel(model: unknown): boolean {
  return Array.isArray((model as { layers?: unknown } | null | undefined)?.layers);
}
