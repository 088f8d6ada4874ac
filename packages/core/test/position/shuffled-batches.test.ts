import { describe, expect, test } from "@jest/globals";
import { isRepriseError } from "../../src/errors.ts";
import type { DataSource } from "../../src/position/data-source.ts";
import { factDifferences } from "../../src/position/fact-differences.ts";
import { keyedRandom } from "../../src/position/random.ts";
import { sequentialBatches } from "../../src/position/sequential-batches.ts";
import {
  shuffledBatches,
  type ShuffledBatchesOptions,
} from "../../src/position/shuffled-batches.ts";

const random = keyedRandom(42);

async function batchesOf(source: DataSource<Uint32Array>, epoch = 0): Promise<number[][]> {
  const cursor = await source.open({ epoch, consumed: 0 });
  const batches: number[][] = [];
  for (let item = await cursor.next(); !item.done; item = await cursor.next()) {
    batches.push([...item.value]);
  }
  return batches;
}

async function orderOf(seed: number, epoch: number, label?: string): Promise<string> {
  const options = { batchSize: 8, random: keyedRandom(seed), ...(label && { label }) };
  return JSON.stringify(await batchesOf(shuffledBatches(32, options), epoch));
}

function refusal(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("shuffled batches", () => {
  test("go through every sample once an epoch, the last batch as small as it comes", async () => {
    const batches = await batchesOf(shuffledBatches(103, { batchSize: 10, random }));
    expect(batches.map((batch) => batch.length)).toEqual([...Array<number>(10).fill(10), 3]);
    expect(batches.flat().toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 103 }, (_, i) => i),
    );
  });

  test("leave out the remainder when asked to", async () => {
    const source = shuffledBatches(103, {
      batchSize: 10,
      random,
      dropRemainder: true,
    });
    const batches = await batchesOf(source);
    expect(batches.map((batch) => batch.length)).toEqual(Array<number>(10).fill(10));
    expect(batches).toEqual(
      (await batchesOf(shuffledBatches(103, { batchSize: 10, random }))).slice(0, 10),
    );
  });

  test("have an order for each epoch, seed and label, and the same one each time", async () => {
    const orders = [
      await orderOf(1, 0),
      await orderOf(1, 1),
      await orderOf(2, 0),
      await orderOf(1, 0, "second set"),
    ];
    expect(new Set(orders).size).toBe(4);
    expect(await orderOf(1, 1)).toBe(orders[1]);
  });

  // Part of what a checkpoint promises, as the golden numbers of the random streams are.
  test("have this order in this version and every later one", async () => {
    const source = shuffledBatches(10, { batchSize: 4, random });
    expect([await batchesOf(source, 0), await batchesOf(source, 1)]).toEqual([
      [
        [1, 3, 9, 7],
        [0, 8, 5, 4],
        [2, 6],
      ],
      [
        [1, 8, 5, 3],
        [9, 7, 0, 6],
        [4, 2],
      ],
    ]);
  });

  test("are arrays of their own, which the loop may keep and change", async () => {
    const cursor = await shuffledBatches(8, { batchSize: 4, random }).open({
      epoch: 0,
      consumed: 0,
    });
    const first = (await cursor.next()).value as Uint32Array;
    const copy = [...first];
    const second = (await cursor.next()).value as Uint32Array;
    second.fill(7);
    expect([...first]).toEqual(copy);
    expect(first.buffer).not.toBe(second.buffer);
  });

  test("say everything on which their order depends", () => {
    const { descriptor } = shuffledBatches(60_000, { batchSize: 32, random });
    expect(descriptor).toEqual({
      kind: "shuffledBatches",
      length: 60_000,
      batchSize: 32,
      seed: 42,
      dropRemainder: false,
      label: "shuffle",
    });
    const changed = shuffledBatches(60_000, {
      batchSize: 64,
      random: keyedRandom(43),
    });
    expect(factDifferences(descriptor, changed.descriptor)).toEqual([
      "batchSize was 32 in the checkpoint and is 64 now",
      "seed was 42 in the checkpoint and is 43 now",
    ]);
  });
});

test("sequential batches go through the samples in their order, every epoch", async () => {
  const source = sequentialBatches(7, { batchSize: 3 });
  expect(await batchesOf(source, 0)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect(await batchesOf(source, 5)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect(source.descriptor).toEqual({
    kind: "sequentialBatches",
    length: 7,
    batchSize: 3,
  });
});

describe("what is refused", () => {
  const good: ShuffledBatchesOptions = { batchSize: 32, random };

  test.each([[0], [-1], [1.5], [Number.NaN], [2 ** 32], ["60000"]])("the length %p", (length) => {
    for (const make of [shuffledBatches, sequentialBatches]) {
      const error = refusal(() => make(length as number, good));
      expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
      expect(String(error)).toContain(`the length of ${make.name}`);
    }
  });

  test.each([[0], [-1], [1.5], [Number.NaN], ["32"], [undefined]])("the batch size %p", (size) => {
    for (const make of [shuffledBatches, sequentialBatches]) {
      const error = refusal(() => make(100, { ...good, batchSize: size as number }));
      expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
      expect(String(error)).toContain(`the batchSize of ${make.name}`);
    }
  });

  test("a dropRemainder that is not true or false", () => {
    const error = refusal(() =>
      shuffledBatches(9, { ...good, dropRemainder: 1 as unknown as boolean }),
    );
    expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
  });

  test("leaving out the only batch", () => {
    const error = refusal(() => shuffledBatches(31, { ...good, dropRemainder: true }));
    expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
    expect(String(error)).toContain("the only batch");
  });

  test.each([
    ["Math.random", Math.random],
    ["a seed", 42],
    ["nothing", undefined],
  ])("%s in the place of keyed randomness", (_, wrong) => {
    const error = refusal(() =>
      shuffledBatches(100, { ...good, random: wrong as unknown as typeof random }),
    );
    expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
    expect(String(error)).toContain("keyedRandom(seed)");
  });
});
