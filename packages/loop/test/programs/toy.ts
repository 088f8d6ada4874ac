import {
  type BackupAndRestore,
  type Callback,
  EarlyStopping,
  type EarlyStoppingOptions,
  History,
  keyedRandom,
  type RandomStream,
  sequentialBatches,
  shuffledBatches,
  type StateDict,
  train,
  type TrainingEnd,
} from "@reprise/loop";
import { Recorder } from "./recorder.ts";

/** Is told of each place that the program comes to; a test throws or kills the process here. */
export type Visit = (place: string) => unknown;

/** How one life of the toy training differs from the plain one. */
export interface ToyOptions {
  readonly backup?: BackupAndRestore;
  readonly visit?: Visit;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly stopping?: EarlyStoppingOptions;
  /** Puts the callbacks into the order of a test, or adds some. */
  readonly arrange?: (callbacks: readonly Callback[]) => readonly Callback[];
  readonly onCompleted?: (state: ToyState) => unknown;
}

/** All that two runs of the toy must agree on to the bit. */
export interface ToyResult {
  readonly ended: TrainingEnd | undefined;
  readonly state: ToyState;
  readonly history: StateDict;
  readonly stopping: StateDict;
  /** Every call of a hook, as one run without interruptions sees them. */
  readonly lines: readonly string[];
}

export interface ToyState {
  readonly weights: Float32Array;
  readonly optimizer: { readonly velocity: Float32Array; learningRate: number };
  /** Every sample that training went through, in its order. */
  readonly seen: number[];
}

const toySamples = 23;
const validationSamples = 8;
const features = 5;

export function toyState(): ToyState {
  return {
    weights: new Float32Array(features),
    optimizer: { velocity: new Float32Array(features), learningRate: 0.3 },
    seen: [],
  };
}

/**
 * A logistic regression by hand with dropout, momentum and a learning rate that decays: every kind
 * of state that a training has, in twelve steps. All objects are made anew in each call, as in a new
 * process.
 */
export async function trainToy(options: ToyOptions = {}): Promise<ToyResult> {
  const { epochs = 3, batchSize = 6, visit = () => {}, arrange = (them) => them } = options;
  const state = toyState();
  const random = keyedRandom(42);
  const history = new History();
  const recorder = new Recorder(visit);
  const stopping = new EarlyStopping({ patience: 100, ...options.stopping });
  const own = [stopping, recorder, history];
  const run = await train({
    epochs,
    state,
    callbacks: arrange(options.backup ? [options.backup, ...own] : own),
    onCompleted: async () => {
      await visit("onCompleted");
      await options.onCompleted?.(state);
    },
  });
  for await (const epoch of run.epochs()) {
    const at = epoch.index;
    await visit(`epoch ${at} is entered`);
    if (epoch.fresh) state.optimizer.learningRate *= 0.9;
    for await (const batch of epoch.batches(shuffledBatches(toySamples, { batchSize, random }))) {
      await visit(`before update ${at}/${batch.index}`);
      batch.logs["loss"] = step(state, batch.value, random("dropout", at, batch.index));
      epoch.totals["samples"] = (epoch.totals["samples"] ?? 0) + batch.value.length;
      await visit(`after update ${at}/${batch.index}`);
    }
    await visit(`between the loops of ${at}`);
    const held = sequentialBatches(validationSamples, { batchSize: 3 });
    for await (const batch of epoch.validation(held)) {
      await visit(`validation ${at}/${batch.index}`);
      batch.logs["loss"] = lossOf(state.weights, batch.value, 1000);
    }
    epoch.logs["samples"] = epoch.totals["samples"] ?? 0;
    await visit(`after validation ${at}`);
  }
  return {
    ended: run.ended,
    state,
    history: history.stateDict(),
    stopping: stopping.stateDict(),
    lines: recorder.lines,
  };
}

function step(state: ToyState, batch: Uint32Array, dropout: RandomStream): number {
  const { weights, optimizer, seen } = state;
  const gradient = new Float32Array(features);
  let loss = 0;
  for (const sample of batch) {
    seen.push(sample);
    const inputs = inputsOf(sample).map((input) => (dropout.next() < 0.2 ? 0 : input / 0.8));
    const error = predict(weights, inputs) - labelOf(sample);
    loss += error * error;
    for (const [index, input] of inputs.entries()) {
      gradient[index] = (gradient[index] ?? 0) + error * input;
    }
  }
  for (let index = 0; index < features; index++) {
    const { velocity, learningRate } = optimizer;
    velocity[index] = 0.9 * (velocity[index] ?? 0) + (gradient[index] ?? 0) / batch.length;
    weights[index] = (weights[index] ?? 0) - learningRate * (velocity[index] ?? 0);
  }
  return loss / batch.length;
}

function lossOf(weights: Float32Array, batch: Uint32Array, offset: number): number {
  let loss = 0;
  for (const index of batch) {
    const sample = index + offset;
    loss += (predict(weights, inputsOf(sample)) - labelOf(sample)) ** 2;
  }
  return loss / batch.length;
}

function predict(weights: Float32Array, inputs: readonly number[]): number {
  const sum = inputs.reduce((total, input, index) => total + input * (weights[index] ?? 0), 0);
  return 1 / (1 + Math.exp(-sum));
}

function inputsOf(sample: number): number[] {
  const { next } = keyedRandom(7)("inputs", sample);
  return Array.from({ length: features }, () => 2 * next() - 1);
}

function labelOf(sample: number): number {
  const [first = 0, second = 0] = inputsOf(sample);
  return first + second > 0 ? 1 : 0;
}
