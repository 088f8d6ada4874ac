import { everySteps } from "@reprise/core";
import type { TrainingIo } from "@reprise/testing";
import { BackupAndRestore, fitDataset, type FitDatasetArgs } from "../../src/index.ts";
import { data, dense } from "../fit/models.ts";
import { outcomeOf } from "../fit/outcome.ts";
import * as tf from "../tf.ts";
import { endless, samples, shuffled } from "./pipelines.ts";

async function trained(
  { store }: TrainingIo,
  dataset: tf.data.Dataset<tf.TensorContainer>,
  args: FitDatasetArgs,
): Promise<unknown> {
  const { model } = dense("adam", { dropout: 0.3 });
  const backup = new BackupAndRestore(store, { saveFreq: everySteps(1) });
  const callbacks = [args.callbacks ?? [], backup].flat() as FitDatasetArgs["callbacks"] & object;
  const history = await fitDataset(model, dataset, { ...args, callbacks });
  const outcome = await outcomeOf(model, history);
  tf.dispose(model.weights.map((weight) => weight.read()));
  return outcome;
}

/** Trainings that must end with the same bits however often they are interrupted. */
export const trainings: Readonly<Record<string, (io: TrainingIo) => Promise<unknown>>> = {
  "a shuffled dataset, read anew in each epoch": (io) =>
    trained(io, shuffled(), {
      epochs: 4,
      seed: 5,
      validationData: samples(5, 5).shuffle(4, "9").batch(2),
      validationBatches: 1,
      callbacks: tf.callbacks.earlyStopping({ monitor: "val_loss", minDelta: 10, patience: 2 }),
    }),
  "batchesPerEpoch of an endless dataset": (io) =>
    trained(io, endless(), {
      epochs: 3,
      batchesPerEpoch: 2,
      seed: 5,
      validationData: [data([3, 4], 3), data([3, 2], 4)],
    }),
};
