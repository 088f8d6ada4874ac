import type { DigitSet } from "../data/digits.ts";
import { computeHidden, computeLogits } from "./forward.ts";
import { softmaxCrossEntropy } from "./loss.ts";
import { classes, hiddenUnits, type Network } from "./mlp.ts";

/** Sums over images, so that the results of batches can be added. */
export interface Evaluation {
  /** The number of images on which the true digit got the highest probability. */
  readonly correct: number;
  /** The sum of the cross entropies, in nats. */
  readonly loss: number;
}

/** How well the network does, without dropout, on the images at `indices`, or on all of the set. */
export function evaluate(
  network: Network,
  { images, labels }: DigitSet,
  indices: Iterable<number> = labels.keys(),
): Evaluation {
  const hidden = new Float32Array(hiddenUnits);
  const logits = new Float32Array(classes);
  let correct = 0;
  let loss = 0;
  for (const image of indices) {
    const label = labels[image] as number;
    computeHidden(network, images, image, hidden);
    computeLogits(network, hidden, logits);
    if (logits.indexOf(Math.max(...logits)) === label) correct++;
    loss += softmaxCrossEntropy(logits, label, logits);
  }
  return { correct, loss };
}
