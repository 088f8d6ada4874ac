import { describe, expect, test } from "@jest/globals";
import { runInNewContext } from "node:vm";
import { materialize } from "../../src/snapshot/restore.ts";
import type { StateDict } from "../../src/snapshot/training-state.ts";
import { decode, encode, metadata, throughFile } from "./checkpoint-file.ts";
import { exactText } from "./exact-text.ts";
import { RandomState } from "./random-state.ts";

async function roundTrip(value: unknown): Promise<unknown> {
  const state = materialize(await throughFile({ value })) as Record<string, unknown>;
  return state["value"];
}

class Counter {
  count = 0;
  stateDict(): StateDict {
    return { count: this.count };
  }
  loadStateDict(dict: StateDict): void {
    this.count = dict["count"] as number;
  }
}

const values: readonly (readonly [string, unknown])[] = [
  ["a Float64Array", new Float64Array([1.5, -0, Number.NaN, Infinity])],
  ["a Float32Array", new Float32Array([1.5, -0, Number.NaN, -Infinity])],
  ["a BigInt64Array", new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n])],
  ["a BigUint64Array", new BigUint64Array([2n ** 64n - 1n])],
  ["an Int32Array", new Int32Array([-1, 2])],
  ["a Uint32Array", new Uint32Array([2 ** 32 - 1])],
  ["an Int16Array", new Int16Array([-1, 2, 3])],
  ["a Uint16Array", new Uint16Array([65535])],
  ["an Int8Array", new Int8Array([-128])],
  ["a Uint8Array", new Uint8Array([255, 0, 1])],
  ["a Uint8ClampedArray", new Uint8ClampedArray([255, 0, 1])],
  ["an empty array", new Float32Array(0)],
  ["zero", 0],
  ["negative zero", -0],
  ["NaN", Number.NaN],
  ["infinity", Infinity],
  ["negative infinity", -Infinity],
  ["the smallest number", 5e-324],
  ["a number with all digits", 0.1 + 0.2],
  ["a bigint beyond 64 bits", -(2n ** 80n)],
  ["zero as a bigint", 0n],
  ["a string", 'with "quotes", \\ and \n'],
  ["a lone surrogate", "\ud800 and \udfff"],
  ["true", true],
  ["null", null],
  ["undefined", undefined],
  ["an empty list", []],
  ["a list that looks like a tag", ["tensor", "state.value"]],
  ["a nested list", [1, [undefined, [null]], "x"]],
  // oxlint-disable-next-line no-sparse-arrays
  ["a list with holes", [, 1, , , 2, ,]],
  ["a list of 64 numbers", Array.from({ length: 64 }, (_, i) => i / 3)],
  ["a list of 65 numbers", [-0, Number.NaN, ...Array.from({ length: 63 }, (_, i) => i / 3)]],
  ["a list of 65 numbers and a string", ["x", ...Array.from({ length: 65 }, (_, i) => i)]],
  [
    "a Map",
    new Map<unknown, unknown>([
      ["b", 1],
      [2, new Float32Array([3])],
      [Number.NaN, null],
    ]),
  ],
  [
    "a Map with keys of every kind",
    new Map<unknown, unknown>([
      [undefined, 1],
      [null, 2],
      [5n, 3],
      [true, 4],
      ["5", 5],
      [0, 6],
    ]),
  ],
  ["a Set", new Set<unknown>(["b", "a", Number.NaN, undefined, 7n, null, 0])],
  ["a Date", new Date(1_700_000_000_123)],
  ["an invalid Date", new Date(Number.NaN)],
  [
    "a shaped tensor",
    { dtype: "F32", shape: [2, 1, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
  ],
  ["a tensor without dimensions", { dtype: "F64", shape: [], data: new Float64Array([7]) }],
  ["a tensor without elements", { dtype: "F64", shape: [2, 0], data: new Float64Array(0) }],
  ["a BF16 tensor", { dtype: "BF16", shape: [2], data: new Uint16Array([0x3f80, 0x7fc1]) }],
  ["a BOOL tensor", { dtype: "BOOL", shape: [3], data: new Uint8Array([1, 0, 1]) }],
  [
    "an F16 tensor in 16-bit integers",
    { dtype: "F16", shape: [1], data: new Uint16Array([0x3c00]) },
  ],
  ["what only looks like a tensor", { dtype: "float32", shape: [1], data: [1] }],
];

describe("a value comes back exactly:", () => {
  test.each(values)("%s", async (_, value) => {
    expect(exactText(await roundTrip(value))).toBe(exactText(value));
  });

  test("a record keeps the order of its keys", async () => {
    const back = await roundTrip({ z: 1, a: 2, "10": 3, "": 4, __proto__x: 5 });
    expect(Object.keys(back as object)).toEqual(["10", "z", "a", "", "__proto__x"]);
    expect(Object.getPrototypeOf(back)).toBeNull();
  });

  test("a key named __proto__ is data", async () => {
    const record = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') as object;
    const back = (await roundTrip(record)) as object;
    expect(Object.keys(back)).toEqual(["__proto__", "constructor"]);
    expect(Object.getOwnPropertyDescriptor(back, "__proto__")?.value).toEqual({ polluted: 1 });
    expect("polluted" in {}).toBe(false);
  });

  test("records without a prototype and of another realm", async () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    const foreign: unknown = runInNewContext(
      "({ list: [1, new Map([[1, new Set([2])]])], when: new Date(5), w: new Float32Array([1, 2]) })",
    );
    expect(await roundTrip(bare)).toEqual({ a: 1 });
    expect(await roundTrip(foreign)).toEqual({
      list: [1, new Map([[1, new Set([2])]])],
      when: new Date(5),
      w: new Float32Array([1, 2]),
    });
  });

  test("the bits of every NaN", async () => {
    const doubles = new BigUint64Array([0x7ff0000000000001n, 0xfff8deadbeef0001n]);
    const singles = new Uint32Array([0x7f800001, 0xffc0dead]);
    const back = (await roundTrip({
      doubles: new Float64Array(doubles.buffer),
      singles: new Float32Array(singles.buffer),
    })) as { doubles: Float64Array; singles: Float32Array };
    expect(new BigUint64Array(back.doubles.buffer)).toEqual(doubles);
    expect(new Uint32Array(back.singles.buffer)).toEqual(singles);
  });

  test("the data of objects with the protocol, also within that of others, and of { get, set }", async () => {
    const counter = new Counter();
    counter.count = 4;
    const outer = {
      stateDict: () => ({ inner: counter, w: new Float32Array([1]) }),
      loadStateDict: () => {},
    };
    let params = new Float64Array([1, 2]);
    const reassigned = {
      get: () => params,
      set: (value: Float64Array<ArrayBuffer>) => (params = value),
    };
    expect(await roundTrip([counter, outer, reassigned])).toEqual([
      { count: 4 },
      { inner: { count: 4 }, w: new Float32Array([1]) },
      new Float64Array([1, 2]),
    ]);
  });

  test("a tensor reference, which is released once and comes back as a tensor", async () => {
    let released = 0;
    const reference = {
      dtype: "F32",
      shape: [2, 2],
      read: async () => new Float32Array([1, 2, 3, 4]),
      release: () => void released++,
    };
    const copied = new Float32Array([5]);
    const back = await roundTrip([copied, reference, new Float64Array([6])]);
    expect(back).toEqual([
      copied,
      { dtype: "F32", shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) },
      new Float64Array([6]),
    ]);
    expect(released).toBe(1);
  });

  test.each(["xxh64", "sha256"] as const)("with the checksum %s", async (checksum) => {
    const { roots } = await decode(
      await encode({ state: { w: new Float32Array([1, 2]) } }, { checksum }),
    );
    expect(materialize(roots["state"])).toEqual({ w: new Float32Array([1, 2]) });
  });

  test("many random states", async () => {
    const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32));
    for (let i = 0; i < 200; i++) {
      const state = new RandomState(seed + i).value(4);
      const back = exactText(await roundTrip(state));
      expect(`SEED=${seed + i} ${back}`).toBe(`SEED=${seed + i} ${exactText(state)}`);
    }
  });
});

test("the metadata comes back as it was", async () => {
  const decoded = await decode(await encode({ state: { w: new Float32Array(3) } }));
  expect(decoded.metadata).toEqual(metadata);
});

test("what is materialized shares no memory with the file", async () => {
  const file = await encode({ state: { w: new Float32Array([1, 2]) } });
  const { roots } = await decode(file);
  const state = materialize(roots["state"]) as { w: Float32Array };
  expect(state.w.buffer.byteLength).toBe(8);
});
