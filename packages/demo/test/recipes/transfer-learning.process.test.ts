import { beforeAll, expect, test } from "@jest/globals";
import { everyInterruption } from "@reprise/testing";
import { memory } from "@reprise/tfjs";
import { useWasm } from "../../src/tfjs/backend.ts";
import { loadBase, trainNewHead } from "./transfer-learning.ts";

beforeAll(useWasm);

test("a new head on frozen layers resumes exactly", async () => {
  const { failure, states } = await everyInterruption(trainNewHead, { kinds: ["kill"] });
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(4);
});

test("layers that are frozen keep their weights, and change their moving means", async () => {
  const before = loadBase().layers.map((layer) => layer.getWeights().map((it) => it.dataSync()));
  const { layers } = await trainNewHead({ store: memory() });
  const [first, [gamma, beta, mean] = [], last] = layers;
  expect([first, gamma, beta, last]).toEqual([
    before[0],
    before[1]?.[0],
    before[1]?.[1],
    before[2],
  ]);
  expect(mean).not.toEqual(before[1]?.[2]);
});
