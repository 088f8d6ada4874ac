import { describe, expect, test } from "@jest/globals";
import { keyedRandom, shuffledBatches } from "@reprise/core";
import { loadDigits } from "../../src/data/digits.ts";
import { type Adam, createAdam, decayLearningRate } from "../../src/model/adam.ts";
import { evaluate } from "../../src/model/evaluate.ts";
import { createNetwork, type Network } from "../../src/model/mlp.ts";
import { createTrainStep } from "../../src/model/train-step.ts";

const { train, validation } = loadDigits();

interface Outcome {
  readonly network: Network;
  readonly adam: Adam;
  readonly losses: readonly number[];
}

async function trained(seed: number, samples: number, epochs: number): Promise<Outcome> {
  const random = keyedRandom(seed);
  const network = createNetwork(random);
  const adam = createAdam({ learningRate: 2e-3 });
  const trainStep = createTrainStep(network, adam);
  const batches = shuffledBatches(samples, { batchSize: 32, random });
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const cursor = await batches.open({ epoch, consumed: 0 });
    let item = await cursor.next();
    for (let batch = 0; !item.done; batch++) {
      losses.push(trainStep(train, item.value, random("dropout", epoch, batch)));
      item = await cursor.next();
    }
    decayLearningRate(adam);
  }
  return { network, adam, losses };
}

describe("training", () => {
  test("learns most digits from a quarter of the images in two epochs", async () => {
    const { network, losses } = await trained(1, 2000, 2);
    const { correct, loss } = evaluate(network, validation);
    expect(correct / validation.length).toBeGreaterThan(0.85);
    expect(loss / validation.length).toBeLessThan(0.55);
    expect(losses[0]).toBeGreaterThan(1.5);
    expect(losses.at(-1)).toBeLessThan(1);
  });

  test("ends with the same bits for the same seed, and with others for another", async () => {
    const once = await trained(1, 320, 2);
    expect(await trained(1, 320, 2)).toEqual(once);
    expect((await trained(2, 320, 2)).network).not.toEqual(once.network);
    expect(once.adam.step).toBe(20);
  });

  test("goes on with the same bits from a copy of the network and Adam alone", () => {
    const random = keyedRandom(3);
    const network = createNetwork(random);
    const adam = createAdam({ learningRate: 2e-3 });
    const indices = Uint32Array.from({ length: 32 }, (_, index) => index);
    const trainStep = createTrainStep(network, adam);
    trainStep(train, indices, random("dropout", 0, 0));

    const copy = structuredClone({ network, adam });
    const resumedStep = createTrainStep(copy.network, copy.adam);
    for (const batch of [1, 2, 3]) {
      const loss = trainStep(train, indices, random("dropout", 0, batch));
      expect(resumedStep(train, indices, random("dropout", 0, batch))).toBe(loss);
    }
    expect(copy).toEqual({ network, adam });
  });
});

test("an evaluation in parts adds up to that of the whole", () => {
  const network = createNetwork(keyedRandom(3));
  const whole = evaluate(network, validation);
  const order = Uint32Array.from(validation.labels.keys());
  const parts = [order.subarray(0, 300), order.subarray(300)].map((indices) =>
    evaluate(network, validation, indices),
  );
  expect(parts.reduce((sum, { correct }) => sum + correct, 0)).toBe(whole.correct);
  expect(parts.reduce((sum, { loss }) => sum + loss, 0)).toBeCloseTo(whole.loss, 6);
});
