import type { RandomStream } from "@reprise/core";
import type { DigitSet } from "../data/digits.ts";
import { dropOut } from "./dropout.ts";
import { computeHidden, computeLogits } from "./forward.ts";
import { softmaxCrossEntropy } from "./loss.ts";
import { classes, createZeros, hiddenUnits, type Network, pixels } from "./mlp.ts";
import { addScaled, dot } from "./vectors.ts";

/** What one image needs on its way through the network and back, and the gradients of a batch. */
export interface Workspace {
  readonly gradients: Network;
  readonly hidden: Float32Array;
  readonly mask: Float32Array;
  readonly logits: Float32Array;
  readonly hiddenGradient: Float32Array;
}

export function createWorkspace(): Workspace {
  return {
    gradients: createZeros(),
    hidden: new Float32Array(hiddenUnits),
    mask: new Float32Array(hiddenUnits),
    logits: new Float32Array(classes),
    hiddenGradient: new Float32Array(hiddenUnits),
  };
}

/**
 * Writes the gradients of the mean loss over the images at `indices` to the workspace and returns that
 * loss. The same stream drops out the same units.
 */
export function computeGradients(
  network: Network,
  { images, labels }: DigitSet,
  indices: Uint32Array,
  dropout: RandomStream,
  workspace: Workspace,
): number {
  const { gradients, hidden, mask, logits } = workspace;
  for (const gradient of Object.values(gradients)) gradient.fill(0);
  let loss = 0;
  for (const image of indices) {
    computeHidden(network, images, image, hidden);
    dropOut(hidden, mask, dropout);
    computeLogits(network, hidden, logits);
    loss += softmaxCrossEntropy(logits, labels[image] as number, logits);
    propagateBack(network, images, image, 1 / indices.length, workspace);
  }
  return loss / indices.length;
}

// `logits` holds the derivative of this image's loss by them; `share` is its part in the mean.
function propagateBack(
  network: Network,
  images: Float32Array,
  image: number,
  share: number,
  { gradients, hidden, mask, logits, hiddenGradient }: Workspace,
): void {
  addScaled(gradients.outputBiases, 0, logits, 0, share, classes);
  for (let unit = 0; unit < hiddenUnits; unit++) {
    const activation = hidden[unit] as number;
    // Nothing flows back through a unit that ReLU or dropout has silenced.
    if (activation === 0) {
      hiddenGradient[unit] = 0;
      continue;
    }
    const start = unit * classes;
    addScaled(gradients.outputWeights, start, logits, 0, share * activation, classes);
    hiddenGradient[unit] =
      share * (mask[unit] as number) * dot(logits, network.outputWeights, start);
  }
  addScaled(gradients.hiddenBiases, 0, hiddenGradient, 0, 1, hiddenUnits);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const grey = images[image * pixels + pixel] as number;
    if (grey === 0) continue;
    addScaled(gradients.hiddenWeights, pixel * hiddenUnits, hiddenGradient, 0, grey, hiddenUnits);
  }
}
