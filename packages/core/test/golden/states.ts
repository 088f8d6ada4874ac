import type { CheckpointMetadata } from "../../src/codec/metadata.ts";

/** A checkpoint of which everything is known: what was saved, and what a program gets back. */
export interface GoldenState {
  readonly checksum: "xxh64" | "sha256";
  readonly metadata: CheckpointMetadata;
  readonly state: unknown;
  /** What comes back, where that is not `state` itself. */
  readonly comesBack?: unknown;
}

const plain: CheckpointMetadata = {
  position: { epoch: 0, phase: "begin", batch: 0, step: 0 },
  lineage: { fence: 1, sequence: 1, run: "00112233445566aa", parent: null },
  fingerprint: null,
  born: {},
  end: null,
};

function named(key: string, value: unknown): object {
  return Object.defineProperty({}, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

const everyDType = {
  F64: new Float64Array(
    new BigUint64Array([0x7ff8dead0000beefn, 0x8000000000000000n, 1n, 0x3ff8000000000000n]).buffer,
  ),
  F32: new Float32Array(new Uint32Array([0x7fc0dead, 0x80000000, 1, 0x3fc00000]).buffer),
  F16: { dtype: "F16", shape: [3], data: new Uint16Array([0x3c00, 0x8000, 0x7e01]) },
  BF16: { dtype: "BF16", shape: [2, 1], data: new Uint16Array([0x3f80, 0x7fc1]) },
  I64: new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n]),
  U64: new BigUint64Array([2n ** 64n - 1n, 0n]),
  I32: new Int32Array([-(2 ** 31), 2 ** 31 - 1]),
  U32: new Uint32Array([2 ** 32 - 1, 7]),
  I16: new Int16Array([-32768, 32767]),
  U16: new Uint16Array([65535, 1]),
  I8: new Int8Array([-128, 127]),
  U8: new Uint8Array([255, 0, 9]),
  clamped: new Uint8ClampedArray([255, 1]),
  BOOL: { dtype: "BOOL", shape: [3], data: new Uint8Array([1, 0, 1]) },
  matrix: { dtype: "F32", shape: [2, 1, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
  scalar: { dtype: "F64", shape: [], data: new Float64Array([7]) },
  numbers: Array.from({ length: 65 }, (_, i) => (i === 3 ? -0 : i / 4)),
};

const everyValue = {
  numbers: [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 0.1 + 0.2, 2 ** 53, -1.5],
  bigints: [0n, -(2n ** 80n), 12n],
  strings: ["", 'with "quotes", \\ and \n', "\ud800 and \udfff", "Gewichte: ß, 重み"],
  others: [true, false, null, undefined],
  // oxlint-disable-next-line no-sparse-arrays
  holes: [, 1, , , undefined, ,],
  date: new Date(1_700_000_000_123),
  noDate: new Date(Number.NaN),
  map: new Map<unknown, unknown>([
    ["b", new Float32Array([3])],
    [2, { deep: [new Map([[Number.NaN, null]])] }],
    [5n, "5"],
    [undefined, new Set([1])],
  ]),
  set: new Set<unknown>(["b", "a", Number.NaN, undefined, 7n, null, 0]),
  record: { z: 1, a: 2, "10": 3, "": 4 },
  looksLikeATag: ["tensor", "state.F64"],
  "dense/kernel": { bias: new Float64Array([0.5]) },
  proto: named("__proto__", { polluted: new Uint8Array([1]) }),
  __metadata__: new Uint8Array([2]),
};

const flat = Float32Array.from({ length: 8 }, (_, i) => i + 0.5);
const unaligned = new Uint8Array(new ArrayBuffer(32), 3, 13).fill(7);
const layer = { bias: new Float64Array([1, 2]) };
const aliasing = {
  part: flat.subarray(2, 5),
  flat,
  same: flat,
  bytes: new Uint8Array(flat.buffer, 4, 8),
  unaligned,
  within: new Int16Array(unaligned.buffer, 4, 2),
  layer,
  tied: { layer, again: layer.bias },
};

const emptyTensors = {
  none: new Float32Array(0),
  shaped: { dtype: "BF16", shape: [2, 0, 3], data: new Uint16Array(0) },
  bytes: new Uint8Array(0),
  one: new Int8Array([-1]),
  nothing: { list: [], map: new Map(), set: new Set(), record: {} },
};

const stateful = {
  model: { stateDict: () => ({ w: new Float32Array([1, 2]), steps: 4n }), loadStateDict: () => {} },
  params: { get: () => [new Float32Array([3]), null], set: () => {} },
};

/** By the name of their files. */
export const goldenStates: Readonly<Record<string, GoldenState>> = {
  "every-dtype": { checksum: "xxh64", metadata: plain, state: everyDType },
  "every-value": {
    checksum: "xxh64",
    metadata: {
      position: { epoch: 3, phase: "train", batch: 17, step: 2 ** 53 - 1 },
      lineage: {
        fence: 999_999_999_999,
        sequence: 5,
        run: "ffeeddccbbaa9988",
        parent: { fence: 7, sequence: 4 },
      },
      fingerprint: { model: "mlp", layers: 3, rate: 1e-3, bias: true, seed: null },
      born: { state: "record", "state.w": "F32[3]" },
      end: 'EarlyStopping: "val_loss" has not improved',
    },
    state: everyValue,
  },
  aliasing: { checksum: "xxh64", metadata: plain, state: aliasing },
  "empty-tensors": { checksum: "xxh64", metadata: plain, state: emptyTensors },
  sha256: {
    checksum: "sha256",
    metadata: { ...plain, fingerprint: "mlp-128" },
    state: { w: new Float32Array([1, 2, 3]), none: new Float32Array(0), list: [1, "x"] },
  },
  stateful: {
    checksum: "xxh64",
    metadata: plain,
    state: stateful,
    comesBack: {
      model: { w: new Float32Array([1, 2]), steps: 4n },
      params: [new Float32Array([3]), null],
    },
  },
};
