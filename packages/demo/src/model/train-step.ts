import type { RandomStream } from "@reprise/core";
import type { DigitSet } from "../data/digits.ts";
import { type Adam, applyAdam } from "./adam.ts";
import { computeGradients, createWorkspace } from "./gradients.ts";
import type { Network } from "./mlp.ts";

/**
 * Learns from the images at `indices` and returns their mean loss before the update. Beside the
 * network and Adam, the outcome depends on `dropout` alone, such as `random("dropout", epoch, batch)`.
 */
export type TrainStep = (set: DigitSet, indices: Uint32Array, dropout: RandomStream) => number;

/** A training step on `network` and `adam`. It keeps the memory it works in, and nothing else. */
export function createTrainStep(network: Network, adam: Adam): TrainStep {
  const workspace = createWorkspace();
  return (set, indices, dropout) => {
    const loss = computeGradients(network, set, indices, dropout, workspace);
    applyAdam(adam, network, workspace.gradients);
    return loss;
  };
}
