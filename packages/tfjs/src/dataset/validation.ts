import type { RepriseError } from "@reprise/core";
import type { Scalar } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { UnresolvedLogs } from "../fit/logs.ts";
import type { StepRandom } from "../fit/step-random.ts";
import { type FitDatasetArgs } from "./dataset-args.ts";
import { isDataset } from "./dataset.ts";
import { tensorsOf } from "./element.ts";
import { Reader } from "./reader.ts";
import { Reading } from "./reading.ts";

/** tfjs's own, of validation on tensors. */
const defaultBatchSize = 32;

/** Evaluates a model at the end of an epoch, as `model.fitDataset` does. */
export class Validation {
  /** How far its dataset has been read; stays at nothing where it has none. */
  readonly reading: Reading = new Reading();
  readonly #model: LayersModel;
  readonly #args: FitDatasetArgs;
  readonly #reader: Reader | undefined;

  constructor(model: LayersModel, args: FitDatasetArgs, onMismatch: (error: RepriseError) => void) {
    this.#model = model;
    this.#args = args;
    const { validationData: dataset } = args;
    if (!isDataset(dataset)) return;
    this.#reader = new Reader({
      dataset,
      name: "validationData",
      reading: this.reading,
      onMismatch,
      tensorsOf(element) {
        const { xs, ys } = tensorsOf(element, model);
        return [...xs, ...ys];
      },
    });
  }

  /** Makes the iterators that earlier lives have made. */
  async resume(): Promise<void> {
    await this.#reader?.resume();
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
    const reader = this.#reader;
    if (isDataset(validationData) && reader) {
      await reader.open();
      const batches = validationBatches ?? undefined;
      const scalars = await model.evaluateDataset(reader as never, { batches } as never);
      await reader.end();
      return [scalars].flat();
    }
    const [xs, ys] = validationData as Extract<typeof validationData, readonly unknown[]>;
    const options = { batchSize: validationBatchSize ?? defaultBatchSize, verbose: 0 } as const;
    return [random.validation(epoch, 0, () => model.evaluate(xs, ys, options))].flat();
  }
}
