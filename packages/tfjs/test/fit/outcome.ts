import { copyState, type StateDict } from "@reprise/core";
import { modelState, optimizerState } from "../../src/index.ts";
import type * as tf from "../tf.ts";

/** All that a training leaves, as plain data whose bits can be compared. */
export async function outcomeOf(model: tf.LayersModel, history: tf.History): Promise<StateDict> {
  const state = await copyState({
    model: modelState(model),
    optimizer: optimizerState(model.optimizer),
  });
  return { ...state, epoch: history.epoch, history: history.history as Record<string, number[]> };
}
