import type { RandomStream } from "@reprise/core";

const rate = 0.2;

/**
 * Sets a fifth of the activations to zero and scales the others up, so that their expectation stays as
 * it is and evaluation needs no dropout. `mask` receives the factor of each activation.
 */
export function dropOut(activations: Float32Array, mask: Float32Array, stream: RandomStream): void {
  for (let unit = 0; unit < activations.length; unit++) {
    const factor = stream.next() < rate ? 0 : 1 / (1 - rate);
    mask[unit] = factor;
    activations[unit] = (activations[unit] as number) * factor;
  }
}
