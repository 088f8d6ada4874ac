import { createZeros, type Network } from "./mlp.ts";

/** Everything that Adam (Kingma and Ba, 2015) remembers from step to step. */
export type Adam = {
  learningRate: number;
  /** The number of updates so far, on which the bias correction depends. */
  step: number;
  /** The running mean of the gradients. */
  readonly m: Network;
  /** The running mean of their squares. */
  readonly v: Network;
};

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

// Looked up once: in a realm of its own, as tests have, finding a global takes longer than the root.
const { sqrt } = Math;

export function createAdam(options: { readonly learningRate: number }): Adam {
  return { learningRate: options.learningRate, step: 0, m: createZeros(), v: createZeros() };
}

/** The learning-rate schedule: a tenth less, once an epoch. */
export function decayLearningRate(adam: Adam): void {
  adam.learningRate *= 0.9;
}

/** Moves the weights of the network by one step against the gradients. */
export function applyAdam(adam: Adam, network: Network, gradients: Network): void {
  adam.step += 1;
  const { m, v } = adam;
  const rate = adam.learningRate / (1 - beta1 ** adam.step);
  const correction = 1 / (1 - beta2 ** adam.step);
  for (const name of ["hiddenWeights", "hiddenBiases", "outputWeights", "outputBiases"] as const) {
    update(network[name], gradients[name], m[name], v[name], rate, correction);
  }
}

function update(
  weights: Float32Array,
  gradients: Float32Array,
  m: Float32Array,
  v: Float32Array,
  rate: number,
  correction: number,
): void {
  for (let i = 0; i < weights.length; i++) {
    const gradient = gradients[i] as number;
    const mean = beta1 * (m[i] as number) + (1 - beta1) * gradient;
    const square = beta2 * (v[i] as number) + (1 - beta2) * gradient * gradient;
    m[i] = mean;
    v[i] = square;
    weights[i] = (weights[i] as number) - (rate * mean) / (sqrt(square * correction) + epsilon);
  }
}
