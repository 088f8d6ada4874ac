import { expect, test } from "@jest/globals";
import { emptyTally, isSameTally, tallyWith } from "../../src/dataset/tally.ts";
import { numbers } from "../fit/models.ts";
import * as tf from "../tf.ts";

async function tallyOf(...elements: readonly (readonly tf.Tensor[])[]): Promise<string> {
  let tally = emptyTally;
  for (const element of elements) tally = await tallyWith(tally, element);
  return JSON.stringify(tally);
}

test("every bit of an element is in its tally", async () => {
  const bytes = new Uint8Array(numbers(13).buffer);
  const tallies = new Set([await tallyOf([tf.tensor1d(new Float32Array(bytes.slice().buffer))])]);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    tallies.add(await tallyOf([tf.tensor1d(new Float32Array(flipped.buffer))]));
  }
  expect(tallies.size).toBe(1 + 8 * bytes.length);
});

test("what differs in order, form or number has another tally", async () => {
  const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3])];
  const flags = (...values: number[]) => tf.tensor1d(values, "bool");
  const different = [
    await tallyOf(),
    await tallyOf([]),
    await tallyOf([], []),
    await tallyOf([a]),
    await tallyOf([a, b]),
    await tallyOf([b, a]),
    await tallyOf([a], [b]),
    await tallyOf([b], [a]),
    await tallyOf([tf.tensor1d([1]), tf.tensor1d([2, 3])]),
    await tallyOf([tf.tensor2d([[1, 2]])]),
    await tallyOf([tf.tensor1d([1, 2], "int32")]),
    await tallyOf([tf.tensor1d([0, 0])]),
    await tallyOf([tf.tensor1d([0, -0])]),
    await tallyOf([flags(1, 0, 1)]),
    await tallyOf([flags(1, 1, 1)]),
    await tallyOf([flags(1, 0, 1, 0)]),
  ];
  expect(new Set(different).size).toBe(different.length);
});

test("the same elements have the same tally", async () => {
  const tally = async () =>
    tallyWith(emptyTally, [tf.tensor1d(numbers(100)), tf.scalar(3, "int32")]);
  expect(isSameTally(await tally(), await tally())).toBe(true);
});
