// Trains on webgpu within this process, and writes what a test wants to know of it: `webgpu-facts.ts <file>`.
import { writeFile } from "node:fs/promises";
import { serialize } from "node:v8";
import { BackupAndRestore, memory } from "@reprise/core";
import { fit, type FitArgs } from "../../../src/index.ts";
import { withPins } from "../../../src/states/pin.ts";
import * as tf from "../../tf.ts";
import { useWebgpu } from "../../webgpu.ts";
import { type Case, dense, deterministic } from "../models.ts";
import { outcomeOf } from "../outcome.ts";

const [file = ""] = process.argv.slice(2);

/** What the tensors of this process take, on the GPU as well. */
function taken() {
  const { numTensors, numDataBuffers, numBytesInGPU } = tf.memory() as tf.MemoryInfo & {
    readonly numBytesInGPU: number;
  };
  return { numTensors, numDataBuffers, numBytesInGPU };
}

async function trainPlainly({ model, x, y, args }: Case): Promise<tf.History> {
  return model.fit(x, y, {
    epochs: 2,
    batchSize: 4,
    shuffle: false,
    ...(args as tf.ModelFitArgs),
  });
}

/** Pins that are read for the first time when two epochs have changed what they were made of. */
async function pinFacts() {
  const [one, twin] = [dense(), dense()];
  await trainPlainly(twin);
  const expected = await Promise.all(twin.model.weights.map((weight) => weight.read().data()));

  await trainPlainly(one);
  // The first pin of a backend tries what tfjs does, and takes memory for it.
  withPins((pin) => pin(one.x as tf.Tensor, "x", false)).release();
  await one.model.weights[0]?.read().data();
  const before = taken();
  const pins = withPins((pin) =>
    one.model.weights.map((weight) => pin(weight.read(), weight.name, false)),
  );
  const pinned = taken();
  await trainPlainly(one);
  const read = await Promise.all(pins.map((pin) => pin.read()));
  const changed = await Promise.all(one.model.weights.map((weight) => weight.read().data()));
  for (const pin of pins) pin.release();
  return { before, pinned, pins: pins.length, expected, read, changed };
}

/** How many tensors there are more behind a training than before it. */
async function tensorsLeft(train: (of: Case) => Promise<unknown>): Promise<number> {
  const of = dense();
  const { numTensors } = taken();
  await train(of);
  return taken().numTensors - numTensors;
}

async function leakFacts() {
  const args: FitArgs = { epochs: 10, batchSize: 4, seed: 7, validationSplit: 0.2 };
  let saves = 0;
  const backup = new BackupAndRestore(memory(), {
    saveFreq: 1,
    sync: true,
    onEvent: ({ type }) => void (saves += Number(type === "saved")),
  });
  const plain = await tensorsLeft(({ model, x, y }) => model.fit(x, y, args as tf.ModelFitArgs));
  const ours = await tensorsLeft(({ model, x, y }) =>
    fit(model, x, y, { ...args, callbacks: backup }),
  );
  return { saves, plain, ours };
}

async function parityFacts(make: () => Case) {
  const [plain, ours] = [make(), make()];
  const history = await trainPlainly(plain);
  const args = { epochs: 2, batchSize: 4, shuffle: false, ...ours.args };
  const ourHistory = await fit(ours.model, ours.x, ours.y, args);
  return {
    plain: await outcomeOf(plain.model, history),
    ours: await outcomeOf(ours.model, ourHistory),
  };
}

await useWebgpu();
const { dense: denseOnly, "convolution and batch normalization": convolution } = deterministic;
const facts = {
  pins: await pinFacts(),
  leaks: await leakFacts(),
  parity: [
    await parityFacts(denseOnly as () => Case),
    await parityFacts(convolution as () => Case),
  ],
  backend: tf.getBackend(),
};
export type Facts = typeof facts;
await writeFile(file, serialize(facts));
