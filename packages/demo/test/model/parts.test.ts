import { describe, expect, test } from "@jest/globals";
import { keyedRandom } from "@reprise/core";
import { applyAdam, createAdam, decayLearningRate } from "../../src/model/adam.ts";
import { dropOut } from "../../src/model/dropout.ts";
import { softmaxCrossEntropy } from "../../src/model/loss.ts";
import { createNetwork, createZeros } from "../../src/model/mlp.ts";

const random = keyedRandom(5);

describe("the softmax cross entropy", () => {
  test("of equal logits is that of guessing", () => {
    const gradient = new Float32Array(4);
    expect(softmaxCrossEntropy(new Float32Array(4).fill(7), 2, gradient)).toBeCloseTo(Math.log(4));
    expect([...gradient]).toEqual([0.25, 0.25, -0.75, 0.25]);
  });

  test("stays finite for large logits", () => {
    const logits = Float32Array.from([1000, -1000, 0]);
    expect(softmaxCrossEntropy(logits, 1, logits)).toBe(2000);
    expect([...logits]).toEqual([1, -1, 0]);
  });
});

describe("dropout", () => {
  test("silences a fifth of the units and keeps the mean", () => {
    const activations = new Float32Array(100_000).fill(1);
    const mask = new Float32Array(activations.length);
    dropOut(activations, mask, random("dropout"));
    const silent = activations.filter((activation) => activation === 0).length;
    expect(Math.abs(silent - 20_000)).toBeLessThan(5 * Math.sqrt(100_000 * 0.2 * 0.8));
    expect(new Set(activations)).toEqual(new Set([0, 1.25]));
    expect(mask).toEqual(activations);
  });
});

describe("the initial weights", () => {
  test("have the deviation of He and depend on the seed alone", () => {
    const network = createNetwork(random);
    const squares = network.hiddenWeights.reduce((sum, weight) => sum + weight ** 2, 0);
    expect(squares / network.hiddenWeights.length).toBeCloseTo(2 / 784, 4);
    expect(createNetwork(keyedRandom(5))).toEqual(network);
    expect(createNetwork(keyedRandom(6))).not.toEqual(network);
  });
});

describe("Adam", () => {
  test("follows its definition, step by step", () => {
    const network = createZeros();
    const gradients = createZeros();
    const adam = createAdam({ learningRate: 0.01 });
    let [weight, m, v] = [0, 0, 0];
    for (const [index, gradient] of [0.5, -0.25, 0, 2].entries()) {
      gradients.outputBiases[3] = gradient;
      applyAdam(adam, network, gradients);
      const step = index + 1;
      m = 0.9 * m + 0.1 * gradient;
      v = 0.999 * v + 0.001 * gradient ** 2;
      weight -= (0.01 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
      expect(network.outputBiases[3]).toBeCloseTo(weight, 7);
    }
    expect(adam.step).toBe(4);
    expect(network.hiddenWeights.every((other) => other === 0)).toBe(true);
  });

  test("begins with steps of the learning rate, however small the gradient", () => {
    const network = createZeros();
    const gradients = createZeros();
    gradients.hiddenBiases[0] = 1e-4;
    applyAdam(createAdam({ learningRate: 0.01 }), network, gradients);
    expect(network.hiddenBiases[0]).toBeCloseTo(-0.01, 5);
  });

  test("learns a tenth slower after each decay", () => {
    const adam = createAdam({ learningRate: 1 });
    decayLearningRate(adam);
    decayLearningRate(adam);
    expect(adam.learningRate).toBeCloseTo(0.81);
  });
});
