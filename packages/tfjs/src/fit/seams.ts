import { RepriseError, show } from "@reprise/core";
import type { Optimizer, Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { History, LayersModel, LayerVariable } from "@tensorflow/tfjs-layers";
import { version_layers as version } from "@tensorflow/tfjs-layers";
import { peerUnsupported } from "../states/peer-unsupported.ts";

/** A batch of everything that a step needs: inputs, targets, and for each output its weights or `null`. */
export type StepData = readonly (Tensor | null)[];

/** Computes one step, or one batch of validation: the loss, then the metrics. */
export type StepFunction = (data: StepData) => Scalar[];

/** The arguments that `model.fit` calls `fitLoop` with, once it has made data and functions ready. */
export type FitLoopArguments = [
  train: StepFunction,
  data: StepData,
  labels: string[],
  batchSize: number,
  epochs: number | undefined,
  verbose: number | undefined,
  callbacks: unknown,
  validate: StepFunction | null,
  validationData: StepData,
  shuffle: boolean | undefined,
  metrics: string[],
  initialEpoch: number | undefined,
  ...rest: unknown[],
];

/** What of a model of tfjs is used beyond its public type. Only {@link trainableModel} makes one. */
export interface TrainableModel {
  fitLoop?: (...args: FitLoopArguments) => Promise<History>;
  testLoop(validate: StepFunction, data: StepData, batchSize: number): Scalar[];
  makeTrainFunction(): StepFunction;
  makeTestFunction(): void;
  getDedupedMetricsNames(): string[];
  checkTrainableWeightsConsistency(): void;
  standardizeUserData(...args: unknown[]): Promise<[Tensor[], Tensor[], Tensor[] | null]>;
  readonly testFunction: StepFunction;
  readonly optimizer: Optimizer;
  readonly inputs: readonly unknown[];
  readonly outputs: readonly unknown[];
  readonly weights: readonly LayerVariable[];
  history: History;
  stopTraining: boolean;
  isTraining: boolean;
}

/** The methods, and how many parameters each has at least, whatever it was compiled to. */
const methods: Readonly<Record<string, readonly [least: number, most: number]>> = {
  fitLoop: [14, 14],
  testLoop: [3, 5],
  makeTrainFunction: [0, 0],
  makeTestFunction: [0, 0],
  getDedupedMetricsNames: [0, 0],
  checkTrainableWeightsConsistency: [0, 0],
  standardizeUserData: [4, 6],
};

/**
 * The model that does the training: the one inside of a `Sequential`, or the model itself. Throws
 * `INVALID_ARGUMENT` for what is no model of tfjs, is not compiled or was disposed, and
 * `PEER_UNSUPPORTED` for one of a tfjs that lacks what Reprise rests on.
 */
export function trainableModel(model: LayersModel): TrainableModel {
  requireModel(model);
  const inner = (model as { readonly model?: LayersModel }).model ?? model;
  const seams = inner as unknown as TrainableModel & Readonly<Record<string, unknown>>;
  if (Object.hasOwn(seams, "fitLoop") || seams.isTraining) {
    throw new RepriseError(
      "OUT_OF_ORDER",
      "This model is being trained already. Await the fit() that is in progress first.",
    );
  }
  const missing = missingSeams(seams);
  if (missing.length > 0) throw unsupported(missing);
  return seams;
}

/** What of {@link TrainableModel} a model does not have. */
export function missingSeams(model: Readonly<Record<string, unknown>>): string[] {
  const missing: string[] = [];
  for (const [name, [least, most]] of Object.entries(methods)) {
    const method = model[name];
    if (typeof method !== "function") missing.push(`${name}() is ${show(method)}`);
    else if (method.length < least || method.length > most)
      missing.push(`${name}() has ${method.length} parameters instead of ${least}`);
  }
  if (typeof model["stopTraining_"] !== "boolean" && model["stopTraining_"] !== undefined)
    missing.push(`stopTraining_ is ${show(model["stopTraining_"])}`);
  if (!hasSetter(model, "stopTraining")) missing.push("stopTraining cannot be set");
  if (typeof model["isTraining"] !== "boolean")
    missing.push(`isTraining is ${show(model["isTraining"])}`);
  for (const name of ["inputs", "outputs", "weights", "metricsNames"]) {
    if (!Array.isArray(model[name])) missing.push(`${name} is ${show(model[name])}`);
  }
  const weights = Array.isArray(model["weights"]) ? (model["weights"] as unknown[]) : [];
  if (!weights.every(hasVariable)) missing.push("weights are not held in .val");
  return missing;
}

/** Throws `PEER_UNSUPPORTED` when `model.fit` has not called its loop as it is known to. */
export function requireFitLoopArguments(args: Readonly<FitLoopArguments> | undefined): void {
  const [train, data, labels, batchSize, , , , validate, validationData, , metrics] = args ?? [];
  const isKnown =
    typeof train === "function" &&
    Array.isArray(data) &&
    Array.isArray(labels) &&
    Number.isSafeInteger(batchSize) &&
    (validate === null || typeof validate === "function") &&
    (validationData === undefined || Array.isArray(validationData)) &&
    Array.isArray(metrics);
  if (!isKnown) throw unsupported(["model.fit does not call fitLoop() as it does in tfjs 4.22"]);
}

/** The error for what of the installed tfjs-layers is `missing`, or differs. */
export function unsupported(missing: readonly string[]): RepriseError {
  return peerUnsupported("tfjs-layers", { version, missing });
}

function requireModel(model: unknown): asserts model is LayersModel {
  const candidate = model as Partial<LayersModel> | null | undefined;
  if (typeof candidate !== "object" || candidate === null || typeof candidate.fit !== "function") {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected a model of tfjs, such as tf.sequential(), found ${show(model)}.`,
    );
  }
  if (isUncompiled(candidate)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      'Expected a compiled model. Call model.compile({ optimizer: "adam", loss: … }) before fit().',
    );
  }
  if (candidate.weights?.some((weight) => Reflect.get(weight, "val")?.isDisposed === true)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      "Expected a model that can be trained; this one was disposed, with its weights. Make it anew.",
    );
  }
}

function isUncompiled(model: Partial<LayersModel>): boolean {
  const inner = (model as { readonly model?: Partial<LayersModel> }).model ?? model;
  return inner.optimizer === undefined || inner.optimizer === null;
}

function hasSetter(object: object, name: string): boolean {
  for (
    let base: object | null = object;
    base;
    base = Object.getPrototypeOf(base) as object | null
  ) {
    const property = Object.getOwnPropertyDescriptor(base, name);
    if (property) return property.set !== undefined || property.writable === true;
  }
  return false;
}

function hasVariable(weight: unknown): boolean {
  const { val } = weight as { readonly val?: { readonly assign?: unknown } };
  return typeof val?.assign === "function";
}
