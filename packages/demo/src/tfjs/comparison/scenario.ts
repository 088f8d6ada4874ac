import { type Optimizer, type Tensor, tensor2d, train } from "@tensorflow/tfjs-core";
import {
  type Callback,
  callbacks,
  constraints,
  type CustomCallbackArgs,
  initializers,
  layers,
  type LayersModel,
  type Sequential,
  sequential,
} from "@tensorflow/tfjs-layers";

/** What a training uses, beyond dense layers that SGD trains on data in a fixed order. */
export interface Scenario {
  readonly name: string;
  readonly makeOptimizer?: () => Optimizer;
  readonly shuffle?: boolean;
  readonly dropout?: number;
  readonly maxNorm?: number;
  /** Whether its first layer is an LSTM that goes on where the batch before has ended. */
  readonly stateful?: boolean;
  /** By what the learning rate is multiplied at the beginning of each later epoch. */
  readonly decay?: number;
  /** Of an early stopping. */
  readonly patience?: number;
}

export const epochs = 6;
export const batchSize = 8;
const samples = 64;
const features = 4;

export const scenarios: readonly Scenario[] = [
  { name: "SGD, `shuffle: false`" },
  { name: "momentum", makeOptimizer: () => train.momentum(0.05, 0.9) },
  { name: "RMSProp", makeOptimizer: () => train.rmsprop(0.01) },
  { name: "Adam", makeOptimizer: () => train.adam(0.05) },
  { name: "Adamax", makeOptimizer: () => train.adamax(0.05) },
  { name: "`shuffle: true`", shuffle: true },
  { name: "dropout", dropout: 0.25 },
  { name: "a `maxNorm` constraint", maxNorm: 0.5 },
  { name: "a stateful LSTM", stateful: true },
  { name: "a learning rate that decays", decay: 0.8 },
  { name: "early stopping", patience: 2 },
];

/** An initial kernel that needs no `Math.random`. */
const kernel = (seed: number) => initializers.glorotUniform({ seed });

/** The model of a scenario, compiled. Each call gives the same weights. */
export function makeModel({ makeOptimizer, dropout, maxNorm, stateful }: Scenario): Sequential {
  const kernelConstraint = maxNorm && constraints.maxNorm({ maxValue: maxNorm, axis: 0 });
  const constraint = kernelConstraint ? { kernelConstraint } : {};
  const model = sequential();
  if (stateful) {
    model.add(
      layers.reshape({ batchInputShape: [batchSize, features], targetShape: [2, features / 2] }),
    );
    model.add(
      layers.lstm({
        units: 8,
        stateful,
        kernelInitializer: kernel(1),
        recurrentInitializer: kernel(3),
      }),
    );
  } else {
    model.add(
      layers.dense({
        units: 8,
        activation: "tanh",
        inputShape: [features],
        kernelInitializer: kernel(1),
        ...constraint,
      }),
    );
  }
  if (dropout) model.add(layers.dropout({ rate: dropout }));
  model.add(layers.dense({ units: 1, kernelInitializer: kernel(2), ...constraint }));
  model.compile({ optimizer: makeOptimizer?.() ?? train.sgd(0.05), loss: "meanSquaredError" });
  return model;
}

/** Samples that are not learnt at once. */
export function makeData(): readonly [x: Tensor, y: Tensor] {
  const x = Float32Array.from({ length: samples * features }, (_, at) => Math.sin(at * at));
  const y = Float32Array.from(
    { length: samples },
    (_, row) => Math.cos(row) * (x[row * features] ?? 0),
  );
  return [tensor2d(x, [samples, features]), tensor2d(y, [samples, 1])];
}

/** The callbacks of a scenario, all of them of one shape: plain TensorFlow.js refuses a mixture. */
export function makeCallbacks(
  { patience, decay }: Scenario,
  model: LayersModel,
): Callback[] | CustomCallbackArgs[] {
  if (patience !== undefined)
    return [callbacks.earlyStopping({ monitor: "loss", patience, minDelta: 0.02 })];
  if (decay === undefined) return [];
  const optimizer = model.optimizer as ReturnType<typeof train.sgd> & { learningRate: number };
  return [
    {
      onEpochBegin: async (epoch: number) => {
        if (epoch > 0) optimizer.setLearningRate(optimizer.learningRate * decay);
      },
    },
  ];
}
