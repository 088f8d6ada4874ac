import { type DataDescriptor, type RepriseError, sameData } from "@reprise/core";
import { dispose, keep, type Tensor, type TensorContainer } from "@tensorflow/tfjs-core";
import type { History, LayersModel } from "@tensorflow/tfjs-layers";
import type { StepFunction } from "../fit/seams.ts";
import type { FitParams } from "../fit/tfjs-callbacks.ts";
import type { FitRun } from "../fit/training-of.ts";
import { type ClassWeights, sampleWeightsOf, weightsByOutput } from "./class-weights.ts";
import type { Dataset } from "./dataset.ts";
import { tensorsOf } from "./element.ts";
import { leave } from "./leave.ts";
import { differenceWhenMadeTwice, type Recipe } from "./make-twice.ts";
import { readAgain } from "./read-again.ts";
import type { Reader } from "./reader.ts";
import type { Validation } from "./validation.ts";

/** What `fitDataset` has made ready for its loop. */
export interface DatasetLoopParts {
  readonly run: FitRun;
  readonly model: LayersModel;
  readonly params: FitParams;
  readonly epochs: number;
  readonly dataset: Dataset;
  readonly reader: Reader;
  /** How the datasets are made, as far as they are. */
  readonly recipes: readonly Recipe[];
  readonly batchesPerEpoch: number | undefined;
  readonly train: StepFunction;
  /** The names of what a step computes. */
  readonly labels: readonly string[];
  readonly classWeight: ClassWeights | undefined;
  readonly validation: Validation;
}

/** The loop of tfjs's `fitDataset`, with its hooks and logs, that can be left and entered between any two batches. */
export async function datasetLoop(parts: DatasetLoopParts): Promise<History> {
  const { run, epochs, params, reader, batchesPerEpoch } = parts;
  const { training } = run;
  try {
    await run.begin(params);
    if (run.hasEpoch(epochs)) await prepare(parts);
    while (run.hasEpoch(epochs)) {
      await training.epochBegin();
      await trainOn(parts);
      if (run.isInterrupted) break;
      await reader.end({ keep: batchesPerEpoch !== undefined });
      await training.epochEnd();
    }
    return await run.end();
  } catch (error) {
    return await run.fail(error);
  } finally {
    await reader.close();
    run.dispose();
  }
}

/** Brings the datasets to where an earlier life has left them; of a first life looks whether a later one could. */
async function prepare(parts: DatasetLoopParts): Promise<void> {
  const { training } = parts.run;
  const { backup } = training;
  const differences: RepriseError[] = [];
  if (backup && !training.resumed) {
    for (const recipe of parts.recipes) {
      const difference = await differenceWhenMadeTwice(recipe);
      if (difference) differences.push(difference);
    }
  }
  differences.push(...(await resume(parts)));
  for (const error of differences) {
    if (backup?.options.onMismatch !== "warn") throw error;
    const { message } = error;
    const phase = String(error.details["phase"]);
    backup.options.report({ type: "dataChanged", phase, differences: [message], message });
  }
}

async function resume({
  run,
  dataset,
  reader,
  batchesPerEpoch,
  validation,
}: DatasetLoopParts): Promise<readonly RepriseError[]> {
  const isEndless = batchesPerEpoch !== undefined;
  // tfjs makes one iterator more than it reads, and a shuffle counts them.
  if (!isEndless) await leave(await dataset.iterator());
  return readAgain(
    { training: reader, validation: validation.reader },
    { batches: run.training.progress.phase("batches")?.batch ?? 0, keep: isEndless },
  );
}

/** Trains on the batches of an epoch, and validates behind the last one unless training was stopped before. */
async function trainOn(parts: DatasetLoopParts): Promise<void> {
  const { run, reader, batchesPerEpoch, validation } = parts;
  const { training } = run;
  await reader.open();
  const check = sameData(descriptorOf(parts));
  const phase = await training.enterPhase("batches", "training", check);
  let isOver = phase.batch === batchesPerEpoch;
  while (!isOver && !run.isToLeave(phase.batch)) {
    const { value, done = false } = await reader.next();
    if (done && batchesPerEpoch !== undefined) return warnOfLack(phase.batch, parts);
    if (value !== undefined && value !== null) await trainOnBatch(value, phase.batch, parts);
    isOver = batchesPerEpoch === undefined ? done : phase.batch === batchesPerEpoch;
  }
  if (run.isInterrupted) return;
  training.leavePhase();
  if (!isOver) return;
  const { epoch } = training.position;
  Object.assign(run.logs.epoch, await validation.evaluate(epoch, run.random));
}

async function trainOnBatch(
  element: unknown,
  batch: number,
  { run, model, train, labels, classWeight }: DatasetLoopParts,
): Promise<void> {
  const { epoch } = run.training.position;
  let sampleWeights: (Tensor | null)[] = [];
  try {
    const { xs, ys, size } = tensorsOf(element, model);
    await run.batchBegin({ batch, size });
    sampleWeights = await sampleWeightsOf(ys, weightsByOutput(classWeight, model.outputNames));
    const data = [...xs, ...ys, ...sampleWeights];
    const outputs = run.random.step(epoch, batch, () => train(data));
    for (const [index, label] of labels.entries()) {
      const output = outputs[index];
      if (output) run.logs.batch[label] = keep(output);
    }
  } finally {
    dispose([element as TensorContainer, sampleWeights as TensorContainer]);
  }
  await run.batchEnd();
}

function descriptorOf({ dataset, batchesPerEpoch, run }: DatasetLoopParts): DataDescriptor {
  return {
    kind: "tf.data",
    seed: run.random.seed,
    ...(typeof dataset.size === "number" ? { length: dataset.size } : {}),
    ...(batchesPerEpoch === undefined ? {} : { batchesPerEpoch }),
  };
}

// The package is compiled without the types of Node and of browsers; this is what it needs of either.
const environment = globalThis as unknown as {
  readonly console: { warn(text: string): void };
};

/** Says what tfjs says, where it says it. */
function warnOfLack(found: number, { batchesPerEpoch = 0, epochs }: DatasetLoopParts): void {
  environment.console.warn(
    `You provided \`batchesPerEpoch\` as ${batchesPerEpoch}, but your dataset iterator ran out of data after ` +
      `${found} batches; interrupting training. Make sure that your dataset can generate at least ` +
      `\`batchesPerEpoch * epochs\` batches (in this case, ${batchesPerEpoch * epochs} batches). You may need ` +
      `to use the repeat() function when building your dataset.`,
  );
}
