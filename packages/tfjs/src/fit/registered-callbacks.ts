import type { Tensor } from "@tensorflow/tfjs-core";
import { type Callback as ClassCallback, CallbackList, History } from "@tensorflow/tfjs-layers";
import { type FitLoopArguments, type TrainableModel, unsupported } from "./seams.ts";

/**
 * The callbacks that `tf.registerCallbackConstructor` has added to every training, made anew: the
 * progress bar of tfjs-node is one. tfjs gives no access to them but in its own loop. That one is
 * begun, on a stand-in for the model, and left in the same instant, when it has made its list.
 * Throws `PEER_UNSUPPORTED` when that is not the list of tfjs 4.22.
 */
export function registeredCallbacks(model: TrainableModel, verbose: number): ClassCallback[] {
  const { prototype } = CallbackList;
  const own = Object.getOwnPropertyDescriptor(prototype, "setParams");
  if (typeof own?.value !== "function") throw unsupported(["CallbackList has no setParams()"]);
  let made: unknown;
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
  requireList(made);
  // The first one adds up means and the last one is the history.
  return made.slice(1, -1) as ClassCallback[];
}

function requireList(made: unknown): asserts made is readonly unknown[] {
  if (made === undefined)
    throw unsupported(["fitLoop() does not call setParams() of a CallbackList"]);
  const isKnown =
    Array.isArray(made) &&
    made.length >= 2 &&
    made.at(-1) instanceof History &&
    !(made[0] instanceof History) &&
    made.every((it: unknown) => typeof (it as Partial<ClassCallback>).onBatchEnd === "function");
  if (isKnown) return;
  throw unsupported(["the list of callbacks does not begin with means and end with a History"]);
}

function withoutEpochs(verbose: number): FitLoopArguments {
  const sample = { shape: [1] } as unknown as Tensor;
  return [() => [], [sample], [], 1, 0, verbose, [], null, [], false, [], 0, null, null];
}
