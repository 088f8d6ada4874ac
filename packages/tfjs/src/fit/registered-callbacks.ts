import type { Tensor } from "@tensorflow/tfjs-core";
import { type Callback as ClassCallback, CallbackList } from "@tensorflow/tfjs-layers";
import type { FitLoopArguments, TrainableModel } from "./seams.ts";

/**
 * The callbacks that `tf.registerCallbackConstructor` has added to every training, made anew: the
 * progress bar of tfjs-node is one. tfjs gives no access to them but in its own loop. That one is
 * begun, on a stand-in for the model, and left in the same instant, when it has made its list.
 */
export function registeredCallbacks(model: TrainableModel, verbose: number): ClassCallback[] {
  const { prototype } = CallbackList;
  const own = Object.getOwnPropertyDescriptor(prototype, "setParams");
  if (own === undefined) return [];
  let made: unknown[] = [];
  const leave = function (this: CallbackList): void {
    made = this.callbacks;
    throw new Error("The list is made.");
  };
  Object.defineProperty(prototype, "setParams", { ...own, value: leave });
  try {
    const standIn = Object.create(model) as TrainableModel;
    standIn.fitLoop?.(...withoutEpochs(verbose)).catch(() => {});
  } finally {
    Object.defineProperty(prototype, "setParams", own);
  }
  // The first one adds up means and the last one is the history.
  return made.slice(1, -1) as ClassCallback[];
}

function withoutEpochs(verbose: number): FitLoopArguments {
  const sample = { shape: [1] } as unknown as Tensor;
  return [() => [], [sample], [], 1, 0, verbose, [], null, [], false, [], 0, null, null];
}
