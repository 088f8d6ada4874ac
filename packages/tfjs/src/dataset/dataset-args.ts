import { RepriseError, show } from "@reprise/core";
import type { LayersModel, ModelFitArgs } from "@tensorflow/tfjs-layers";
import type { ReliableArgs } from "../fit/training-of.ts";
import type { ClassWeights } from "./class-weights.ts";
import { type Dataset, isDataset, isMaker, type MakeDataset } from "./dataset.ts";

type TensorsOf = Parameters<LayersModel["evaluate"]>[0];

/** The arguments of `model.fitDataset`, and those of Reprise. */
export interface FitDatasetArgs extends ReliableArgs {
  /** The number of epochs in all. */
  readonly epochs: number;
  /**
   * The number of batches in an epoch. The dataset is then read once through all epochs, so it must have
   * `batchesPerEpoch * epochs` elements.
   * @default all that the dataset has; it is read anew in each epoch
   */
  readonly batchesPerEpoch?: number;
  /** @default 0 */
  readonly initialEpoch?: number;
  /**
   * What is evaluated at the end of each epoch: `[xs, ys]`, or a dataset of batches `{ xs, ys }` or a
   * function that makes it.
   */
  readonly validationData?: readonly [xs: TensorsOf, ys: TensorsOf] | Dataset | MakeDataset;
  /**
   * The batch size of validation on tensors.
   * @default 32
   */
  readonly validationBatchSize?: number;
  /**
   * The number of batches of validation on a dataset.
   * @default all that the dataset has
   */
  readonly validationBatches?: number;
  readonly classWeight?: ClassWeights;
  readonly verbose?: ModelFitArgs["verbose"];
  readonly yieldEvery?: ModelFitArgs["yieldEvery"];
}

/** Throws `INVALID_ARGUMENT` for what cannot be trained on, or only otherwise than was meant. */
export function requireFitDatasetArgs(
  dataset: unknown,
  args: unknown,
): asserts args is FitDatasetArgs {
  if (!isMaker(dataset)) requireDataset("the dataset of fitDataset()", dataset);
  if (typeof args !== "object" || args === null) {
    throw refused("the third argument of fitDataset()", "{ epochs, callbacks, … }", args);
  }
  const given = args as Readonly<Record<string, unknown>>;
  if (!isCount(given["epochs"], 1))
    throw refused("epochs", "a whole number from 1 on", given["epochs"]);
  for (const [name, least] of Object.entries(leastCounts)) {
    const value = given[name];
    if (isAbsent(value) || isCount(value, least)) continue;
    throw refused(name, `a whole number from ${least} on`, value);
  }
  const { seed, onCompleted, validationSplit, validationData } = given;
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw refused("seed", "a safe integer, such as 42", seed);
  }
  if (onCompleted !== undefined && typeof onCompleted !== "function") {
    throw refused("onCompleted", "a function", onCompleted);
  }
  if (!isAbsent(validationSplit)) {
    throw refused(
      "validationSplit",
      "absent: a dataset is not split. Use validationData",
      validationSplit,
    );
  }
  if (isAbsent(validationData) || isDataset(validationData) || isMaker(validationData)) return;
  if (!Array.isArray(validationData) || validationData.length !== 2) {
    throw refused(
      "validationData",
      "[xs, ys] or a dataset; tfjs takes no weights for it",
      validationData,
    );
  }
}

/** Throws `INVALID_ARGUMENT` for what is no dataset. */
export function requireDataset(name: string, value: unknown): asserts value is Dataset {
  if (isDataset(value)) return;
  throw refused(name, "one of tf.data, such as tf.data.zip({ xs, ys })", value);
}

const leastCounts: Readonly<Record<string, number>> = {
  batchesPerEpoch: 1,
  initialEpoch: 0,
  validationBatchSize: 1,
  validationBatches: 1,
};

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function refused(name: string, expectation: string, found: unknown): RepriseError {
  return new RepriseError(
    "INVALID_ARGUMENT",
    `Expected ${name} to be ${expectation}, found ${show(found)}.`,
    { details: { found } },
  );
}
