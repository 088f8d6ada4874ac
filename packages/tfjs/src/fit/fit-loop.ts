import { type DataSource, sameData } from "@reprise/core";
import { gather, keep, type Scalar, tensor1d, tidy } from "@tensorflow/tfjs-core";
import type { History } from "@tensorflow/tfjs-layers";
import type { UnresolvedLogs } from "./logs.ts";
import type { StepData, StepFunction, TrainableModel } from "./seams.ts";
import type { FitParams } from "./tfjs-callbacks.ts";
import type { FitRun } from "./training-of.ts";

/** What `model.fit` has made ready for its loop. */
export interface FitLoopParts {
  readonly run: FitRun;
  readonly trainable: TrainableModel;
  readonly params: FitParams;
  readonly epochs: number;
  readonly train: StepFunction;
  readonly data: StepData;
  readonly samples: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** The names of what a step computes. */
  readonly labels: readonly string[];
  readonly validation: { readonly validate: StepFunction; readonly data: StepData } | undefined;
}

/** The loop of tfjs's `fit`, with its hooks and logs, that can be left and entered between any two batches. */
export async function fitLoop(parts: FitLoopParts): Promise<History> {
  const { run, epochs, params } = parts;
  const { training } = run;
  try {
    await run.begin(params);
    while (run.hasEpoch(epochs)) {
      await training.epochBegin();
      await trainOn(parts);
      if (run.isInterrupted) break;
      await training.epochEnd();
    }
    return await run.end();
  } catch (error) {
    return await run.fail(error);
  } finally {
    run.dispose();
  }
}

async function trainOn(parts: FitLoopParts): Promise<void> {
  const { run, samples, batchSize, shuffle } = parts;
  const { training } = run;
  const source: DataSource<Uint32Array> = run.random.batches(samples, { batchSize, shuffle });
  const descriptor = { ...source.descriptor, seed: run.random.seed };
  const phase = await training.enterPhase("batches", "training", sameData(descriptor));
  const { epoch } = training.position;
  const cursor = await source.open({ epoch, consumed: phase.batch });
  const batches = Math.ceil(samples / batchSize);
  while (phase.batch < batches && !run.isToLeave(phase.batch)) {
    const { value } = await cursor.next();
    await run.batchBegin();
    const place = { epoch, batch: phase.batch, isLast: phase.batch === batches - 1 };
    step(parts, value as Uint32Array, place);
    await run.batchEnd();
  }
  if (!run.isInterrupted) training.leavePhase();
}

interface Place {
  readonly epoch: number;
  readonly batch: number;
  readonly isLast: boolean;
}

/** One batch, and behind the last one of an epoch its validation, as tfjs does: before `onBatchEnd`. */
function step(parts: FitLoopParts, indices: Uint32Array, { epoch, batch, isLast }: Place): void {
  const { run, trainable, train, labels, validation, batchSize } = parts;
  const logs = run.logs.batch;
  logs["batch"] = batch;
  logs["size"] = indices.length;
  tidy(() => {
    const data = samplesOf(parts.data, indices);
    const outputs = run.random.step(epoch, batch, () => train(data));
    log(run.logs.batch, "", labels, outputs);
    if (!isLast || !validation) return;
    const validated = run.random.validation(epoch, 0, () =>
      trainable.testLoop(validation.validate, validation.data, batchSize),
    );
    log(run.logs.epoch, "val_", labels, validated);
  });
}

function samplesOf(data: StepData, indices: Uint32Array): StepData {
  const places = tensor1d(new Int32Array(indices), "int32");
  return data.map((tensor) => tensor && gather(tensor, places));
}

function log(
  logs: UnresolvedLogs,
  prefix: string,
  labels: readonly string[],
  outputs: readonly Scalar[],
): void {
  for (const [i, label] of labels.entries()) {
    const output = outputs[i];
    if (output) logs[prefix + label] = keep(output);
  }
}
