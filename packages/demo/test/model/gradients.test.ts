import { describe, expect, test } from "@jest/globals";
import { keyedRandom } from "@reprise/core";
import type { DigitSet } from "../../src/data/digits.ts";
import { computeGradients, createWorkspace } from "../../src/model/gradients.ts";
import { createNetwork, type Network } from "../../src/model/mlp.ts";

const random = keyedRandom(11);
const indices = Uint32Array.from([3, 0, 7, 7, 12]);
const set = randomDigits(16);
const names = ["hiddenWeights", "hiddenBiases", "outputWeights", "outputBiases"] as const;

function randomDigits(length: number): DigitSet {
  const stream = random("images");
  const grey = (): number => (stream.next() < 0.8 ? 0 : stream.next());
  return {
    length,
    images: Float32Array.from({ length: length * 784 }, grey),
    labels: Uint8Array.from({ length }, () => stream.int(10)),
  };
}

function lossOf(network: Network): number {
  return computeGradients(network, set, indices, random("dropout"), createWorkspace());
}

function moved(
  network: Network,
  name: keyof Network,
  direction: Float64Array,
  by: number,
): Network {
  const weights = network[name].map((weight, at) => weight + by * (direction[at] ?? 0));
  return { ...network, [name]: weights };
}

describe("the gradients", () => {
  test.each(names)("of the %s are the slope of the loss in any direction", (name) => {
    const network = createNetwork(random);
    // Weights a little off their start, so that no bias is zero.
    for (const part of names) {
      const stream = random("off", names.indexOf(part));
      for (const at of network[part].keys()) {
        network[part][at] = (network[part][at] ?? 0) + 0.03 * stream.normal();
      }
    }
    const workspace = createWorkspace();
    computeGradients(network, set, indices, random("dropout"), workspace);
    const gradient = workspace.gradients[name];
    const norm = Math.sqrt(gradient.reduce((sum, slope) => sum + slope ** 2, 0));
    expect(norm).toBeGreaterThan(0.01);

    for (const key of [0, 1, 2]) {
      const stream = random("direction", key);
      const direction = Float64Array.from(gradient, stream.normal);
      const expected = direction.reduce((sum, step, at) => sum + step * (gradient[at] ?? 0), 0);
      const h = 3e-5;
      const slope =
        (lossOf(moved(network, name, direction, h)) - lossOf(moved(network, name, direction, -h))) /
        (2 * h);
      // The activations have 24 bits, so the loss is known to about 1e-7 and its slope to 2e-3.
      expect(Math.abs(slope - expected)).toBeLessThan(0.002 * norm + 2e-3);
    }
  });

  test("are those of this batch alone, whatever was in the workspace", () => {
    const network = createNetwork(random);
    const used = createWorkspace();
    computeGradients(network, set, Uint32Array.from([1, 2]), random("other"), used);
    const loss = computeGradients(network, set, indices, random("dropout"), used);
    const fresh = createWorkspace();
    expect(computeGradients(network, set, indices, random("dropout"), fresh)).toBe(loss);
    expect(used.gradients).toEqual(fresh.gradients);
  });
});
