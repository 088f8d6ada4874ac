import type { History, LayersModel } from "@tensorflow/tfjs-layers";
import { type FitArgs, requireFitArgs } from "./fit-args.ts";
import { fitLoop, type FitLoopParts } from "./fit-loop.ts";
import { type FitLoopArguments, requireFitLoopArguments, trainableModel } from "./seams.ts";
import { FitRun } from "./training-of.ts";

type Data = Parameters<LayersModel["fit"]>[0];

/**
 * Trains like `model.fit(x, y, args)`, with the same data, hooks, logs and history, and goes on from the
 * last checkpoint of the `BackupAndRestore` among `args.callbacks` when the program was interrupted and is
 * started again: in the middle of an epoch, to the bit.
 *
 * Resolves to the history of all epochs, those of earlier lives included. Rejects with a `RepriseError` when
 * the model or an argument is not what it should be, when another run holds the store, or when the checkpoint
 * cannot be read or does not fit; the model is as it was then.
 */
export async function fit(
  model: LayersModel,
  x: Data,
  y: Data,
  args: FitArgs = {},
): Promise<History> {
  requireFitArgs(args);
  const trainable = trainableModel(model);
  const run = new FitRun({
    ...args,
    model,
    trainable,
    yieldEvery: args.yieldEvery,
    initialEpoch: args.initialEpoch ?? 0,
  });
  let prepared: FitLoopArguments | undefined;
  trainable.fitLoop = async (...given) => {
    prepared = given;
    requireFitLoopArguments(given);
    return fitLoop({ run, trainable, ...preparedParts(given) });
  };
  try {
    const history = await model.fit(x, y, { ...args, callbacks: [] });
    requireFitLoopArguments(prepared);
    return history;
  } finally {
    delete trainable.fitLoop;
  }
}

/** What tfjs has made of data and arguments, and what it tells its callbacks. */
function preparedParts([
  train,
  data,
  labels,
  batchSize,
  epochs = 1,
  verbose = 1,
  ,
  validate,
  validationData,
  shuffle = true,
  metrics,
  initialEpoch = 0,
]: FitLoopArguments): Omit<FitLoopParts, "run" | "trainable"> {
  const samples = data[0]?.shape[0] ?? 0;
  const validation = validate && validationData ? { validate, data: validationData } : undefined;
  const doValidation = validation !== undefined;
  const steps = null as unknown as number;
  const params = {
    epochs,
    initialEpoch,
    samples,
    steps,
    batchSize,
    verbose,
    doValidation,
    metrics,
  };
  return { params, epochs, train, data, samples, batchSize, shuffle, labels, validation };
}
