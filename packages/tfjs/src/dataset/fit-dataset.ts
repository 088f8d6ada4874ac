import type { Tensor } from "@tensorflow/tfjs-core";
import type { History, LayersModel } from "@tensorflow/tfjs-layers";
import { type TrainableModel, trainableModel } from "../fit/seams.ts";
import { FitRun } from "../fit/training-of.ts";
import { type FitDatasetArgs, requireFitDatasetArgs } from "./dataset-args.ts";
import { datasetLoop } from "./dataset-loop.ts";
import type { Dataset, MakeDataset } from "./dataset.ts";
import { allTensorsOf } from "./element.ts";
import { made } from "./make-twice.ts";
import { Reader } from "./reader.ts";
import { Reading } from "./reading.ts";
import { Validation } from "./validation.ts";

/**
 * Trains like `model.fitDataset(dataset, args)`, with the same batches, hooks, logs and history, and goes
 * on from the last checkpoint of the `BackupAndRestore` among `args.callbacks` when the program was
 * interrupted and is started again: in the middle of an epoch, to the bit. For that the dataset must give
 * the same elements again. What was trained on before is read again and compared: a shuffle without
 * a seed is refused then with `DATA_MISMATCH`, unless the backup's `onMismatch` is `"warn"`.
 *
 * A function that makes the dataset, `() => tf.data.…`, has it refused before the first step already: it is called
 * twice more then, and what the two datasets begin with is compared.
 *
 * Resolves to the history of all epochs, those of earlier lives included. Rejects with a `RepriseError` when
 * the model or an argument is not what it should be, when another run holds the store, or when the checkpoint
 * cannot be read or does not fit.
 */
export async function fitDataset(
  model: LayersModel,
  dataset: Dataset | MakeDataset,
  args: FitDatasetArgs,
): Promise<History> {
  requireFitDatasetArgs(dataset, args);
  const trainable = trainableModel(model);
  trainable.isTraining = true;
  try {
    return await train({ model, trainable, dataset, args });
  } finally {
    trainable.isTraining = false;
  }
}

interface Training {
  readonly model: LayersModel;
  readonly trainable: TrainableModel;
  readonly dataset: Dataset | MakeDataset;
  readonly args: FitDatasetArgs;
}

async function train({ model, trainable, dataset: data, args }: Training): Promise<History> {
  const inner = trainable as unknown as LayersModel;
  const { epochs, classWeight, verbose = 1 } = args;
  const batchesPerEpoch = args.batchesPerEpoch ?? undefined;
  const tensorsOf = (element: unknown): readonly Tensor[] => allTensorsOf(element, inner);
  const dataset = await made(data);
  const validationData = await made(args.validationData);
  const reader = new Reader({ dataset, phase: "batches", batches: batchesPerEpoch, tensorsOf });
  const validation = new Validation(inner, { ...args, validationData });
  const run = new FitRun({
    ...args,
    model,
    trainable,
    verbose,
    yieldEvery: args.yieldEvery,
    initialEpoch: args.initialEpoch ?? 0,
    data: {
      training: reader.reading,
      validation: validation.reader?.reading ?? new Reading(),
    },
  });
  const labels = trainable.getDedupedMetricsNames();
  const doValidation = args.validationData !== undefined && args.validationData !== null;
  const metrics = doValidation ? [...labels, ...labels.map((label) => `val_${label}`)] : labels;
  // What tfjs tells its callbacks where it does not know: its types have no room for it.
  const none = null as unknown as number;
  const steps = batchesPerEpoch ?? (Number.isFinite(dataset.size) ? (dataset.size ?? none) : none);
  const unknown = { initialEpoch: none, samples: none, steps, batchSize: none };
  return datasetLoop({
    run,
    model: inner,
    params: { epochs, ...unknown, verbose, doValidation, metrics },
    epochs,
    dataset,
    reader,
    recipes: [
      { phase: "batches", make: data, tensorsOf },
      { phase: "validation", make: args.validationData, tensorsOf },
    ],
    batchesPerEpoch,
    train: trainable.makeTrainFunction(),
    labels,
    classWeight,
    validation,
  });
}
