import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type StateValue, type TensorReference, type TypedArray } from "@reprise/core";
import { directory } from "../../src/index.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { train } from "./train.ts";

beforeEach(() => {
  // A file names the run that wrote it; all else in it is the state's.
  jest.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((array) => {
    new Uint8Array((array as Uint8Array).buffer).fill(7);
    return array;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** A reference to values in the memory of this process, or not, that counts how often it is given back. */
class Reference implements TensorReference {
  readonly dtype = "F32" as const;
  readonly shape: readonly number[];
  readonly #isNear: boolean;
  readonly #values: Float32Array;
  releases = 0;

  constructor(values: Float32Array, isNear: boolean) {
    this.#values = values;
    this.shape = [values.length];
    this.#isNear = isNear;
  }

  async read(): Promise<TypedArray> {
    return this.#values;
  }

  peek(): Uint8Array | undefined {
    return this.#isNear ? new Uint8Array(this.#values.buffer) : undefined;
  }

  release(): void {
    this.releases += 1;
  }
}

function ramp(length: number, start = 0.5): Float32Array {
  return Float32Array.from({ length }, (_, index) => start + index);
}

const states: Record<string, () => Record<string, StateValue>> = {
  "numbers of every kind": () => ({
    f64: Float64Array.of(Math.PI, -0, NaN, Infinity),
    f32: new Float32Array(Uint32Array.of(0x7fc0_1234, 0xffa0_0001, 1).buffer),
    i64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
    u16: Uint16Array.of(1, 65_535),
    clamped: Uint8ClampedArray.of(0, 255, 7),
    bf16: { dtype: "BF16", shape: [2, 2], data: Uint16Array.of(1, 2, 3, 4) },
    rest: [1, -0, NaN, 2n, "ü\u0000", null, undefined, new Date(5), new Map([[1, ramp(3)]])],
  }),
  "views into one buffer": () => {
    const buffer = ramp(1000).buffer;
    return {
      whole: new Float32Array(buffer, 40, 800),
      part: new Float32Array(buffer, 80, 10),
      overlapping: new Float32Array(buffer, 3000, 200),
    };
  },
  "arrays in shared memory": () => {
    const shared = new Float32Array(new SharedArrayBuffer(4096));
    shared.set(ramp(1024));
    return { shared, part: shared.subarray(10, 20) };
  },
  "empty tensors": () => ({
    none: new Float32Array(0),
    shaped: { dtype: "F32", shape: [0, 3], data: new Float32Array(0) },
    some: ramp(3),
    reference: new Reference(ramp(0), true),
    copied: new Reference(ramp(0), false),
  }),
  "nothing but numbers": () => ({ settings: { rate: 0.1 } }),
  "10,000 small tensors": () =>
    Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`t${index}`, ramp(5, index)])),
  "references that are near": () => ({
    first: new Reference(ramp(300_000), true),
    second: new Reference(ramp(7), true),
  }),
  "references that are far away": () => ({ first: new Reference(ramp(3_000_000), false) }),
  "references among arrays": () => ({
    a: ramp(10),
    b: new Reference(ramp(20), true),
    c: ramp(30),
    d: new Reference(ramp(40), false),
    e: Float64Array.of(1),
    f: new Reference(ramp(50), true),
  }),
};

function fileIn(path: string): Buffer {
  const names = readdirSync(path).filter((name) => name.startsWith("checkpoint-"));
  expect(names).toHaveLength(1);
  return readFileSync(join(path, names[0] ?? ""));
}

describe.each(["xxh64", "sha256"] as const)("hashed by %s", (checksum) => {
  test.each(Object.keys(states))("%s: the thread writes the same bytes", async (name) => {
    const files: Buffer[] = [];
    for (const withThread of [true, false]) {
      const path = temporaryDirectory();
      const { openSaver, ...alone } = directory(path);
      expect(openSaver).toBeInstanceOf(Function);
      const store = withThread ? directory(path) : alone;
      const state = states[name]?.() ?? {};
      const { events, training } = await train(store, state, { checksum, sync: true });
      await training.batchEnd();
      await training.batchEnd();
      await training.fail(new Error("enough"));
      expect(events).toEqual(["started", "saved", "saved"]);
      files.push(fileIn(path));
      const references = Object.values(state).filter((value) => value instanceof Reference);
      // One life began with it, two saves were made of it.
      for (const { releases } of references) expect(releases).toBe(3);
    }
    expect(files[0]?.equals(files[1] ?? Buffer.of())).toBe(true);
  });
});
