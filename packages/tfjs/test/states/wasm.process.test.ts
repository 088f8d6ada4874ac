import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { BackupAndRestore, memory, Training } from "@reprise/core";
import { everyInterruption, trainingStateContract } from "@reprise/testing";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { withPins } from "../../src/states/pin.ts";
import * as tf from "../tf.ts";
import { trainGan } from "./gan.ts";
import { dense, normalized, onVariables, optimizers, stateful } from "./subjects.ts";

jest.setTimeout(300_000);

const require = createRequire(import.meta.url);

beforeAll(async () => {
  const main = require.resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(main.slice(0, main.lastIndexOf("/") + 1));
  await tf.setBackend("wasm");
});

afterAll(() => {
  // tfjs falls back to another backend without a word.
  expect(tf.getBackend()).toBe("wasm");
});

describe.each(Object.entries(optimizers))("on wasm, the states of a model and of %s", (_, make) => {
  trainingStateContract({ it: test, make: () => dense(make()) });
});

describe("on wasm, the states of a model with moving means, frozen layers and constraints", () => {
  trainingStateContract({ it: test, make: normalized });
});

describe("on wasm, the states of a model with recurrent layers that go on", () => {
  trainingStateContract({ it: test, make: stateful });
});

describe("on wasm, the states of variables and of an optimizer", () => {
  trainingStateContract({ it: test, make: onVariables });
});

test("on wasm, two models with two optimizers resume exactly from every interruption", async () => {
  const { failure, states } = await everyInterruption(trainGan);
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(6);
});

test("a pin of values that lie on another backend is one like any other", async () => {
  await tf.setBackend("cpu");
  const variable = tf.variable(tf.tensor1d([1, 2, 3]));
  await tf.setBackend("wasm");
  const before = tf.memory().numTensors;
  const home = (): unknown => tf.engine().state.tensorInfo.get(variable.dataId)?.backend;
  const cpu = home();
  const pin = withPins((of) => of(variable, "variable", false));
  // A move would copy the values in the time of the loop.
  expect(home()).toBe(cpu);
  variable.assign(tf.tidy(() => tf.add(variable, 1)));
  expect(await pin.read()).toEqual(Float32Array.of(1, 2, 3));
  expect(await variable.data()).toEqual(Float32Array.of(2, 3, 4));
  pin.release();
  expect(tf.memory().numTensors).toBe(before + 1);
});

test("on wasm, a pin shows its bytes without a copy, whatever was computed since", async () => {
  const tensors = [
    tf.variable(tf.tensor2d([1, -0, Number.NaN, 4], [2, 2])),
    tf.variable(tf.tensor1d([5, 6], "int32")),
    tf.variable(tf.tensor1d([true, false, true], "bool")),
  ] as const;
  const pins = withPins((of) => tensors.map((tensor) => of(tensor, "tensor", false)));
  tensors[0].assign(tf.tidy(() => tf.add(tensors[0], 1)));
  for (const pin of pins) {
    const read = await pin.read();
    expect(pin.peek?.()?.slice()).toEqual(
      new Uint8Array(read.buffer, read.byteOffset, read.byteLength),
    );
    pin.release();
  }
  for (const tensor of tensors) tensor.dispose();
});

test("on wasm, saves leave no tensors behind", async () => {
  const grown = async (isSaved: boolean): Promise<Partial<tf.MemoryInfo>> => {
    const before = tf.memory();
    const { state, train } = dense(tf.train.adam(0.1));
    const backup = new BackupAndRestore(memory(), { saveFreq: 1, onEvent: () => {} });
    const training = new Training({ state, callbacks: isSaved ? [backup] : [] });
    await training.begin();
    while (training.position.step < 200) {
      train(training.position.step);
      await training.batchEnd();
    }
    await training.interrupt();
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    return {
      numTensors: numTensors - before.numTensors,
      numBytes: numBytes - before.numBytes,
      numDataBuffers: numDataBuffers - before.numDataBuffers,
    };
  };
  expect(await grown(true)).toEqual(await grown(false));
});
