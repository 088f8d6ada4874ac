import type { FitArgs } from "../../src/index.ts";
import * as tf from "../tf.ts";

/** A model, compiled, with initial weights that are the same in every life, and what it is trained on. */
export interface Case {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor | tf.Tensor[];
  readonly y: tf.Tensor | tf.Tensor[];
  readonly args?: Partial<FitArgs>;
}

/** Numbers that look random and are always the same. */
export function numbers(length: number, seed = 1): Float32Array {
  let state = seed * 2_654_435_761;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function data(shape: readonly number[], seed: number): tf.Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tf.tensor(numbers(size, seed), [...shape]);
}

/** Gives every weight a value of its own that does not depend on `Math.random`. */
function fixed(model: tf.LayersModel): tf.LayersModel {
  for (const [index, weight] of model.weights.entries()) {
    const value = data(weight.shape as number[], index + 7);
    const scaled = tf.tidy(() => tf.mul(value, 0.3));
    const variable = weight.read() as tf.Variable;
    // The moving variance of a normalization has to be positive.
    if (!weight.originalName.includes("moving")) variable.assign(scaled);
    tf.dispose([value, scaled]);
  }
  return model;
}

type Optimizer = string | tf.Optimizer;

/** A model of dense layers; `dropout` makes it random. */
export function dense(optimizer: Optimizer = "adam", { dropout = 0 } = {}): Case {
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [4], units: 5, activation: "tanh" }));
  if (dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
  model.add(tf.layers.dense({ units: 2 }));
  fixed(model).compile({ optimizer, loss: "meanSquaredError", metrics: ["mae"] });
  return { model, x: data([10, 4], 1), y: data([10, 2], 2) };
}

function convolution(): Case {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [4, 4, 1], filters: 2, kernelSize: 3 }));
  model.add(tf.layers.batchNormalization());
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 2 }));
  fixed(model).compile({ optimizer: "adam", loss: "meanSquaredError" });
  return { model, x: data([6, 4, 4, 1], 1), y: data([6, 2], 2) };
}

/** Draws noise in each step, and keeps means that no gradient changes. */
function normalizations(): Case {
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [4], units: 5 }));
  model.add(tf.layers.batchNormalization());
  model.add(tf.layers.gaussianNoise({ stddev: 0.1 }));
  model.add(tf.layers.layerNormalization());
  model.add(tf.layers.alphaDropout({ rate: 0.2 }));
  model.add(tf.layers.dense({ units: 2 }));
  fixed(model).compile({ optimizer: "adam", loss: "meanSquaredError" });
  return { model, x: data([10, 4], 1), y: data([10, 2], 2) };
}

function convolutionOfVolumes(): Case {
  const model = tf.sequential();
  model.add(tf.layers.conv3d({ inputShape: [3, 3, 3, 1], filters: 2, kernelSize: 2 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 2 }));
  fixed(model).compile({ optimizer: "sgd", loss: "meanSquaredError" });
  return { model, x: data([6, 3, 3, 3, 1], 1), y: data([6, 2], 2) };
}

function gru({ dropout = 0 } = {}): Case {
  const model = tf.sequential();
  const inputShape = [3, 2];
  model.add(tf.layers.gru({ inputShape, units: 3, dropout, recurrentDropout: dropout }));
  model.add(tf.layers.dense({ units: 1 }));
  fixed(model).compile({ optimizer: "rmsprop", loss: "meanSquaredError" });
  return { model, x: data([6, 3, 2], 1), y: data([6, 1], 2) };
}

/** Its layer carries what it remembers from batch to batch. */
export function statefulLstm(): Case {
  const model = tf.sequential();
  model.add(tf.layers.lstm({ batchInputShape: [2, 3, 2], units: 3, stateful: true }));
  model.add(tf.layers.dense({ units: 1 }));
  fixed(model).compile({ optimizer: "adam", loss: "meanSquaredError" });
  return { model, x: data([6, 3, 2], 1), y: data([6, 1], 2), args: { batchSize: 2 } };
}

export function severalInputsAndOutputs(): Case {
  const left = tf.input({ shape: [3] });
  const right = tf.input({ shape: [2] });
  const both = tf.layers.concatenate().apply([left, right]) as tf.SymbolicTensor;
  const hidden = tf.layers.dense({ units: 4, activation: "relu" }).apply(both) as tf.SymbolicTensor;
  const first = tf.layers.dense({ units: 1, name: "first" }).apply(hidden) as tf.SymbolicTensor;
  const second = tf.layers
    .dense({ units: 2, activation: "softmax", name: "second" })
    .apply(hidden) as tf.SymbolicTensor;
  const model = tf.model({ inputs: [left, right], outputs: [first, second] });
  fixed(model).compile({
    optimizer: "adam",
    loss: ["meanSquaredError", "categoricalCrossentropy"],
    metrics: ["mae"],
  });
  return {
    model,
    x: [data([7, 3], 1), data([7, 2], 2)],
    y: [data([7, 1], 3), classes(7)],
  };
}

function constrained(): Case {
  const model = tf.sequential();
  model.add(
    tf.layers.dense({
      inputShape: [4],
      units: 3,
      kernelConstraint: tf.constraints.maxNorm({ maxValue: 0.5 }),
      kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.02 }),
      biasRegularizer: "l1l2",
    }),
  );
  model.add(tf.layers.dense({ units: 2, kernelConstraint: "unitNorm" }));
  fixed(model).compile({ optimizer: "adam", loss: "meanSquaredError" });
  return { model, x: data([9, 4], 1), y: data([9, 2], 2) };
}

/** Targets of two classes. */
function classes(length: number): tf.Tensor {
  const rows = Array.from({ length }, (_, i) => (i % 3 === 0 ? [1, 0] : [0, 1]));
  return tf.tensor2d(rows);
}

function classifier(): Case {
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [4], units: 2, activation: "softmax" }));
  fixed(model).compile({
    optimizer: "adam",
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return { model, x: data([9, 4], 1), y: classes(9) };
}

export function withClassWeights(): Case {
  return { ...classifier(), args: { classWeight: { 0: 2, 1: 0.5 } } };
}

function withValidationSplit(): Case {
  return { ...dense(), args: { validationSplit: 0.3 } };
}

function withValidationData(): Case {
  return { ...dense(), args: { validationData: [data([5, 4], 3), data([5, 2], 4)] } };
}

export const optimizers: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => "sgd",
  momentum: () => tf.train.momentum(0.01, 0.9),
  nesterov: () => tf.train.momentum(0.01, 0.9, true),
  adagrad: () => "adagrad",
  adadelta: () => tf.train.adadelta(0.5),
  adam: () => "adam",
  adamax: () => "adamax",
  rmsprop: () => "rmsprop",
  centeredRmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-7, true),
};

/** What tfjs itself computes the same way each time when it does not shuffle. */
export const deterministic: Readonly<Record<string, () => Case>> = {
  dense,
  "convolution and batch normalization": convolution,
  "convolution of volumes": convolutionOfVolumes,
  gru,
  "stateful lstm": statefulLstm,
  "several inputs and outputs": severalInputsAndOutputs,
  "constraints and regularizers": constrained,
  "class weights": withClassWeights,
  "validation split": withValidationSplit,
  "validation data": withValidationData,
};

/** All that `fit` is shown to resume. */
export const kinds: Readonly<Record<string, () => Case>> = {
  ...deterministic,
  "dropout and validation": () => ({
    ...dense("adam", { dropout: 0.4 }),
    args: { validationSplit: 0.2 },
  }),
  "gru with both dropouts": () => gru({ dropout: 0.3 }),
  "normalizations and noise": normalizations,
  ...Object.fromEntries(
    Object.entries(optimizers).map(([name, optimizer]) => [name, () => dense(optimizer())]),
  ),
};

// The wasm backend has no gradient of a convolution in two dimensions.
const { "convolution and batch normalization": _, ...others } = kinds;

/** What of it can be trained on wasm. */
export const kindsOnWasm: Readonly<Record<string, () => Case>> = others;
