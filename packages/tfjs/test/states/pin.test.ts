import { describe, expect, test } from "@jest/globals";
import { type Pin, withPins } from "../../src/states/pin.ts";
import { inOwnArray } from "../../src/states/storable.ts";
import * as tf from "../tf.ts";

const pinned = (tensor: tf.Tensor): ReturnType<Pin> => withPins((pin) => pin(tensor, "w", false));

/** Bits as a GPU or a file could have them: NaNs with a payload, −0, subnormals, infinities. */
const oddBits = Uint32Array.of(
  0x7fc0_0123,
  0xffc0_0456,
  0x8000_0000,
  1,
  0x007f_ffff,
  0x7f80_0000,
  0xff80_0000,
);

describe("a pin", () => {
  test("holds the values of its moment, whatever the variable becomes", async () => {
    const variable = tf.variable(tf.tensor1d([1, 2, 3]));
    const pin = pinned(variable);
    variable.assign(tf.tensor1d([4, 5, 6]));
    variable.dispose();
    expect(await pin.read()).toEqual(Float32Array.of(1, 2, 3));
    pin.release();
  });

  test("has the bits of the values, odd ones included", async () => {
    const values = new Float32Array(oddBits.buffer);
    const pin = pinned(tf.tensor(values, [7, 1]));
    expect(pin).toMatchObject({ dtype: "F32", shape: [7, 1] });
    const read = await pin.read();
    expect(new Uint32Array(read.buffer, read.byteOffset, read.length)).toEqual(oddBits);
  });

  test("shares the values instead of copying them", () => {
    const tensor = tf.zeros([100, 100]);
    const before = tf.memory();
    const pin = pinned(tensor);
    expect(tf.memory()).toMatchObject({
      numTensors: before.numTensors + 1,
      numDataBuffers: before.numDataBuffers,
    });
    pin.release();
    expect(tf.memory()).toMatchObject(before);
  });

  test("released twice is released once", async () => {
    const tensor = tf.tensor1d([1, 2]);
    const pin = pinned(tensor);
    pin.release();
    pin.release();
    expect(await tensor.data()).toEqual(Float32Array.of(1, 2));
  });

  test("outlives tidy() and disposeVariables(), and uses up no name of a variable", async () => {
    const nameOfNext = (): number => Number(tf.variable(tf.scalar(0)).name);
    const name = nameOfNext();
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const pins: ReturnType<Pin>[] = [];
    tf.tidy(() => void pins.push(pinned(variable)));
    tf.disposeVariables();
    expect(await pins[0]?.read()).toEqual(Float32Array.of(1, 2));
    pins[0]?.release();
    expect(nameOfNext()).toBe(name + 2);
  });

  test("of whole numbers and of flags reads arrays of its own type", async () => {
    const counts = pinned(tf.tensor1d([1, -2], "int32"));
    expect([counts.dtype, await counts.read()]).toEqual(["I32", Int32Array.of(1, -2)]);
    const flags = pinned(tf.tensor1d([true, false], "bool"));
    expect([flags.dtype, await flags.read()]).toEqual(["BOOL", Uint8Array.of(1, 0)]);
  });

  test("of values that went with the engine is refused", () => {
    const variable = tf.variable(tf.scalar(1));
    tf.engine().state.tensorInfo.delete(variable.dataId);
    expect(() => pinned(variable)).toThrow(
      "w cannot be saved: tfjs does not know its values. Was the engine reset?",
    );
  });

  test("refuses what a backend gives in an array of another type", () => {
    expect(() => inOwnArray(Float32Array.of(1), "int32", "w")).toThrow(
      "w could not be read: the backend gave a Float32Array of 4 bytes for a tensor of type int32.",
    );
  });

  test("refuses strings, complex numbers and what is disposed, with the path", () => {
    const disposed = tf.scalar(1);
    disposed.dispose();
    expect(() => pinned(tf.tensor1d(["a"]))).toThrow(
      "w cannot be saved: it is a tensor of type string. Only float32, int32, bool can be saved",
    );
    expect(() => pinned(tf.complex([1], [2]))).toThrow(
      "w cannot be saved: it is a tensor of type complex64",
    );
    expect(() => pinned(disposed)).toThrow("w cannot be saved: it is disposed");
  });
});

test("of pins that are built together either all remain or none", () => {
  const tensors = [tf.scalar(1), tf.scalar(2), tf.tensor1d(["a"])];
  const { numTensors } = tf.memory();
  expect(() => withPins((pin) => tensors.map((tensor) => pin(tensor, "w", false)))).toThrow(
    "string",
  );
  expect(tf.memory().numTensors).toBe(numTensors);
});
