import { expect, test } from "@jest/globals";
import type { DataDescriptor } from "../../src/position/descriptor.ts";
import { factDifferences } from "../../src/position/fact-differences.ts";

const saved: DataDescriptor = { kind: "shuffledBatches", length: 60_000, batchSize: 32, seed: 42 };

test("the same descriptor has no differences, whatever the order of its properties", () => {
  expect(
    factDifferences(saved, {
      seed: 42,
      batchSize: 32,
      length: 60_000,
      kind: "shuffledBatches",
    }),
  ).toEqual([]);
});

test("every difference is named at once, with both values", () => {
  const current = { kind: "array", length: 50_000, batchSize: 64, seed: 42 };
  expect(factDifferences(saved, current)).toEqual([
    'kind was "shuffledBatches" in the checkpoint and is "array" now',
    "length was 60000 in the checkpoint and is 50000 now",
    "batchSize was 32 in the checkpoint and is 64 now",
  ]);
});

test("a property that only one of them has is a difference", () => {
  expect(factDifferences({ kind: "a", seed: 1 }, { kind: "a", label: "x" })).toEqual([
    "seed was 1 in the checkpoint and is not set now",
    'label was not set in the checkpoint and is "x" now',
  ]);
});

test("a property that is undefined is not set", () => {
  expect(factDifferences({ kind: "a", source: undefined }, { kind: "a" })).toEqual([]);
});

test("names of inherited properties are compared as data", () => {
  const fromFile = Object.assign(Object.create(null), { kind: "a", constructor: 1 });
  expect(factDifferences(fromFile, { kind: "a" })).toEqual([
    "constructor was 1 in the checkpoint and is not set now",
  ]);
});
