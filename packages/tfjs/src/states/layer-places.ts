import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";
import { classNameOf } from "./class-name.ts";
import { Place } from "./place.ts";
import type { PlaceTree } from "./place-tree.ts";
import { unsavable } from "./unsavable.ts";

type Layer = layers.Layer;

/** What only some layers have, with the names that tfjs gives it. */
interface Parts {
  /** Of a model within the model. */
  readonly layers?: readonly Layer[];
  /** Of a recurrent layer; tensors once it is stateful and built. */
  readonly states_?: Tensor[] | null;
}

/** The weights of layers under their class and their own names, and the states of recurrent ones. */
export function placesOfLayers(all: readonly Layer[]): PlaceTree {
  return all.map((layer) => placesOf(layer));
}

function placesOf(layer: Layer): PlaceTree {
  const name = classNameOf(layer, "Layer");
  const nested = (layer as Parts).layers;
  if (nested) return { [name]: { layers: placesOfLayers(nested) } };
  const states = statesOf(layer);
  return { [name]: weightsOf(layer), ...(states.length > 0 && { states }) };
}

function weightsOf(layer: Layer): PlaceTree {
  const places: Record<string, Place> = {};
  const trained = new Set(layer.trainableWeights);
  for (const weight of layer.weights) {
    // Both directions of a bidirectional layer have a kernel.
    const name = shortName(weight.originalName);
    let key = name;
    for (let twin = 2; Object.hasOwn(places, key); twin++) key = `${name}_${twin}`;
    places[key] = Place.ofVariable(aliveOf(weight), !trained.has(weight) || !weight.trainable);
  }
  return places;
}

/** Without the name of the layer, in which each build of a model counts on. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function aliveOf(weight: Layer["weights"][number]): Variable {
  try {
    return weight.read() as Variable;
  } catch {
    throw unsavable(
      weight.originalName,
      "it is disposed",
      "Dispose of a model only after its training.",
    );
  }
}

function statesOf(layer: Layer): Place[] {
  return [...recurrentIn(layer)].flatMap(({ states_ }) =>
    (states_ ?? []).map((_, index) => Place.ofTensor(states_ as Tensor[], index)),
  );
}

/** A layer with states of its own, or those in it: wrappers, such as a bidirectional one, hold layers as properties. */
function recurrentIn(layer: Layer): Set<Parts> {
  const within = Object.values(layer).filter((value) => isRecurrent(value));
  return new Set<Parts>(isRecurrent(layer) ? [layer, ...within] : within);
}

function isRecurrent(value: unknown): value is Parts {
  const { states_ } = (value ?? {}) as Parts;
  return Array.isArray(states_);
}
