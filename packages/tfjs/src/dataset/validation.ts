import type { Scalar } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { UnresolvedLogs } from "../fit/logs.ts";
import type { StepRandom } from "../fit/step-random.ts";
import type { FitDatasetArgs } from "./dataset-args.ts";
import { isDataset, type MakeDataset } from "./dataset.ts";
import { allTensorsOf } from "./element.ts";
import { Reader } from "./reader.ts";

/** tfjs's own, of validation on tensors. */
const defaultBatchSize = 32;

interface ValidationArgs extends Pick<FitDatasetArgs, "validationBatchSize" | "validationBatches"> {
  /** Datasets are made by now. */
  readonly validationData: Exclude<FitDatasetArgs["validationData"], MakeDataset> | undefined;
}

/** Evaluates a model at the end of an epoch, as `model.fitDataset` does. */
export class Validation {
  /** Reads its dataset, if it has one. */
  readonly reader: Reader | undefined;
  readonly #model: LayersModel;
  readonly #args: ValidationArgs;

  constructor(model: LayersModel, args: ValidationArgs) {
    this.#model = model;
    this.#args = args;
    const { validationData: dataset, validationBatches } = args;
    if (!isDataset(dataset)) return;
    this.reader = new Reader({
      dataset,
      phase: "validation",
      batches: validationBatches ?? undefined,
      tensorsOf: (element) => allTensorsOf(element, model),
    });
  }

  /** What was evaluated, under its names in `logs`. The scalars are the caller's. */
  async evaluate(epoch: number, random: StepRandom): Promise<UnresolvedLogs> {
    const scalars = await this.#scalars(epoch, random);
    const logs: UnresolvedLogs = {};
    for (const [index, name] of this.#model.metricsNames.entries()) {
      const scalar = scalars[index];
      if (!scalar) continue;
      const sameName = logs[`val_${name}`];
      if (typeof sameName === "object") sameName.dispose();
      logs[`val_${name}`] = scalar;
    }
    return logs;
  }

  async #scalars(epoch: number, random: StepRandom): Promise<readonly Scalar[]> {
    const { validationData, validationBatchSize, validationBatches } = this.#args;
    if (validationData === undefined || validationData === null) return [];
    const model = this.#model;
    const { reader } = this;
    if (isDataset(validationData) && reader) {
      await reader.open();
      const batches = validationBatches ?? undefined;
      // Where its types say a dataset, tfjs takes an iterator as well.
      const scalars = await model.evaluateDataset(reader as never, { batches } as never);
      await reader.end({ keep: false });
      return [scalars].flat();
    }
    const [xs, ys] = validationData as Extract<typeof validationData, readonly unknown[]>;
    const options = { batchSize: validationBatchSize ?? defaultBatchSize, verbose: 0 } as const;
    return [random.validation(epoch, 0, () => model.evaluate(xs, ys, options))].flat();
  }
}
