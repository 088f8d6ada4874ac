import { modelState, optimizerState, variablesState } from "@reprise/tfjs";
import type { TrainingStateUnderTest } from "@reprise/testing";
import * as tf from "../tf.ts";

type Optimizers = Readonly<Record<string, () => tf.Optimizer>>;

/** An optimizer that nobody else knows: what it remembers is in every form that it may take. */
class Jolt extends tf.Optimizer {
  learningRate = 0.1;
  readonly schedule: number[] = [1, 2];
  readonly decay: tf.Tensor = tf.keep(tf.scalar(0.9));
  readonly inner: tf.Optimizer = tf.train.momentum(0.01, 0.5);
  readonly speeds: tf.Variable[] = [];
  pull: tf.Variable | undefined = undefined;
  last: string | null = null;
  readonly report = (): string | null => this.last;

  static get className(): string {
    return "Jolt";
  }

  override applyGradients(gradients: Parameters<tf.Optimizer["applyGradients"]>[0]): void {
    const list = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    this.learningRate *= 0.99;
    this.schedule.push(this.iterations);
    for (const [i, { name, tensor }] of list.entries()) {
      const value = tf.engine().registeredVariables[name] as tf.Variable;
      const speed = (this.speeds[i] ??= tf.tidy(() => tf.variable(tf.zerosLike(value), false)));
      this.pull ??= tf.tidy(() => tf.variable(tf.scalar(1), false));
      this.last = "jolted";
      tf.tidy(() => {
        speed.assign(tf.add(tf.mul(speed, this.decay), tensor));
        this.pull?.assign(tf.mul(this.pull, 1.5));
        value.assign(tf.sub(value, tf.mul(speed, this.learningRate)));
      });
    }
    this.inner.applyGradients(list);
    this.incrementIterations();
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {};
  }
}

export const optimizers: Optimizers = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  nesterov: () => tf.train.momentum(0.1, 0.9, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1, 0.9, 0.999, 1e-7, 0.1),
  rmsprop: () => tf.train.rmsprop(0.1, 0.9, 0.5),
  "centered rmsprop": () => tf.train.rmsprop(0.1, 0.9, 0.5, 1e-7, true),
  "a class of the program": () => new Jolt(),
};

/** A number that is the same for the same place, between −1 and 1. */
function noise(...place: readonly number[]): number {
  return place.reduce((sum, at) => Math.sin(sum * 12.9898 + at * 78.233 + 1) * 1.7, 0.3) % 1;
}

function tensorOf(shape: readonly number[], seed: number): tf.Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => noise(seed, i)),
    [...shape],
  );
}

export interface Trained extends TrainingStateUnderTest {
  readonly model: tf.LayersModel;
  readonly train: (step: number) => number;
}

/** Makes each model of the same name the same, to the bit. */
export function compiled(model: tf.LayersModel, optimizer: tf.Optimizer, batch: number): Trained {
  for (const [i, weight] of model.weights.entries())
    tf.tidy(() => {
      (weight.read() as tf.Variable).assign(tensorOf(weight.shape as number[], i));
    });
  model.compile({ optimizer, loss: "meanSquaredError" });
  const [input, output] = [model.inputs[0]?.shape ?? [], model.outputs[0]?.shape ?? []];
  return {
    model,
    state: { model: modelState(model), optimizer: optimizerState(model.optimizer, model) },
    train: (step) => {
      const x = tensorOf([batch, ...(input.slice(1) as number[])], 1000 + step);
      const y = tensorOf([batch, ...(output.slice(1) as number[])], 2000 + step);
      const loss = trainOnBatch(model, x, y);
      tf.dispose([x, y]);
      return loss;
    },
  };
}

// What `trainOnBatch` does, without its promise.
function trainOnBatch(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): number {
  const inner = ((model as unknown as { model?: tf.LayersModel }).model ?? model) as unknown as {
    makeTrainFunction(): (data: tf.Tensor[]) => tf.Tensor[];
  };
  const [loss] = inner.makeTrainFunction()([x, y]);
  const [value = Number.NaN] = loss?.dataSync() ?? [];
  loss?.dispose();
  return value;
}

/** Layers with weights, and one without. */
export function dense(optimizer: tf.Optimizer): Trained {
  const layers = [
    tf.layers.dense({ units: 4, inputShape: [3], activation: "tanh" }),
    tf.layers.reLU(),
    tf.layers.dense({ units: 2 }),
  ];
  return compiled(tf.sequential({ layers }), optimizer, 5);
}

/** Moving means, a frozen layer and one with constraints that training breaks. */
export function normalized(): Trained {
  const input = tf.input({ shape: [3] });
  const frozen = tf.layers.dense({ units: 4, trainable: false }).apply(input);
  const norm = tf.layers.batchNormalization().apply(frozen);
  const output = tf.layers
    .dense({ units: 2, kernelConstraint: tf.constraints.maxNorm({ maxValue: 0.1 }) })
    .apply(norm);
  const model = tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
  return compiled(model, tf.train.adam(0.1), 5);
}

/** Recurrent layers that go on from one batch to the next. */
export function stateful(): Trained {
  const layers = [
    tf.layers.lstm({
      units: 3,
      stateful: true,
      returnSequences: true,
      batchInputShape: [2, 4, 3],
    }),
    tf.layers.gru({ units: 2, stateful: true }),
  ];
  return compiled(tf.sequential({ layers }), tf.train.rmsprop(0.01), 2);
}

/** Layers within layers: a model in a model, and both directions of a recurrent layer. */
export function nested(): Trained {
  const inner = tf.sequential({
    layers: [tf.layers.dense({ units: 4, inputShape: [3] }), tf.layers.dense({ units: 3 })],
  });
  const layers = [
    tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3 }), inputShape: [4, 2] }),
    tf.layers.bidirectional({
      layer: tf.layers.gru({ units: 3 }),
      mergeMode: "sum",
    }),
    inner,
  ];
  return compiled(tf.sequential({ layers }), tf.train.adam(0.05), 2);
}

/** A training on variables alone, one of which is of whole numbers and one of flags. */
export function onVariables(): TrainingStateUnderTest & { readonly variables: tf.Variable[] } {
  const slope = tf.tidy(() => tf.variable(tensorOf([3, 2], 1)));
  const offset = tf.tidy(() => tf.variable(tensorOf([2], 2)));
  const counts = tf.tidy(() => tf.variable(tf.tensor1d([0, 0], "int32"), false));
  const flags = tf.tidy(() => tf.variable(tf.tensor1d([true, false], "bool"), false));
  const optimizer = tf.train.adam(0.05);
  return {
    variables: [slope, offset, counts, flags],
    state: {
      net: variablesState({ slope, rest: [offset, { counts, flags }] }),
      optimizer: optimizerState(optimizer),
    },
    train: (step) =>
      tf.tidy(() => {
        const x = tensorOf([5, 3], 1000 + step);
        const loss = (): tf.Scalar => tf.mean(tf.square(tf.add(tf.matMul(x, slope), offset)));
        const cost = optimizer.minimize(loss, true, [slope, offset]);
        counts.assign(tf.add(counts, tf.tensor1d([1, step], "int32")));
        flags.assign(tf.logicalNot(flags));
        return cost?.dataSync()[0];
      }),
  };
}
