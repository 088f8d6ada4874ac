import type { KeyedRandom } from "@reprise/core";

/** Grey values of one image. */
export const pixels: number = 28 * 28;
export const hiddenUnits = 128;
export const classes = 10;

/** A multilayer perceptron with one hidden layer; also the shape of its gradients. */
export type Network = {
  /** [784, 128] */
  readonly hiddenWeights: Float32Array;
  /** [128] */
  readonly hiddenBiases: Float32Array;
  /** [128, 10] */
  readonly outputWeights: Float32Array;
  /** [10] */
  readonly outputBiases: Float32Array;
};

/** A network with the initial weights of He et al. (2015) and biases of zero. */
export function createNetwork(random: KeyedRandom): Network {
  const network = createZeros();
  fillNormal(network.hiddenWeights, Math.sqrt(2 / pixels), random("initial", 0));
  fillNormal(network.outputWeights, Math.sqrt(2 / hiddenUnits), random("initial", 1));
  return network;
}

/** Zeros in the shape of the network: for gradients and the moments of Adam. */
export function createZeros(): Network {
  return {
    hiddenWeights: new Float32Array(pixels * hiddenUnits),
    hiddenBiases: new Float32Array(hiddenUnits),
    outputWeights: new Float32Array(hiddenUnits * classes),
    outputBiases: new Float32Array(classes),
  };
}

function fillNormal(weights: Float32Array, deviation: number, stream: { normal(): number }): void {
  for (let at = 0; at < weights.length; at++) weights[at] = deviation * stream.normal();
}
