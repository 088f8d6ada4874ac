import { describe, expect, test } from "@jest/globals";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { draftOf } from "../../src/codec/draft.ts";
import { capture } from "../../src/snapshot/capture.ts";
import { SnapshotPool } from "../../src/snapshot/pool.ts";
import { materialize } from "../../src/snapshot/restore.ts";
import {
  decode,
  encode,
  encodeSnapshot,
  type File,
  metadata,
  snapshotOf,
} from "./checkpoint-file.ts";

function headerOf(file: File): Record<string, { data_offsets: [number, number]; dtype: string }> {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as never;
}

const mixed = {
  a: new Uint8Array([1, 2, 3]),
  b: new Float32Array([1.5, 2.5]),
  c: new Float64Array([3]),
  d: new Int16Array([-1, 2, 3]),
  e: new BigInt64Array([5n]),
  f: { dtype: "BF16", shape: [1, 1], data: new Uint16Array([0x3f80]) },
  g: new Uint8Array([4]),
};

describe("the bytes of a file", () => {
  test("are the same for the same state", async () => {
    const state = { ...mixed, m: new Map([[1, "x"]]), list: [1, undefined, { z: 1, a: -0 }] };
    const copy = structuredClone(state);
    expect(await encode({ state })).toEqual(await encode({ state: copy }));
  });

  test("are those of the state when the snapshot was taken, whatever training does next", async () => {
    const state = {
      w: new Float32Array([1, 2, 3]),
      lr: { value: 0.5 },
      list: [1, 2],
      many: Array.from({ length: 100 }, () => 1),
    };
    const untouched = await encode({ state });
    const snapshot = snapshotOf({ state });
    state.w.fill(9);
    state.lr.value = 9;
    state.list.push(9);
    state.many.fill(9);
    const { chunks } = await encodeSnapshot(snapshot);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(untouched));
  });

  test("are those of the snapshot also while the next one is taken", async () => {
    const state = { w: new Float32Array([1, 2, 3]) };
    const untouched = await encode({ state });
    const pool = new SnapshotPool();
    const snapshot = pool.take(capture({ state }));
    state.w.fill(9);
    const next = pool.take(capture({ state }));
    const { chunks } = await encodeSnapshot(snapshot as never);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(untouched));
    expect(next?.byteLength).toBe(12);
  });

  test("hold the larger elements first, so that every tensor is aligned and there are no gaps", async () => {
    const file = await encode({ state: mixed });
    const dataStart = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
    const { __metadata__: _, ...tensors } = headerOf(file);
    const sizes: Record<string, number> = { F64: 8, I64: 8, F32: 4, BF16: 2, I16: 2, U8: 1 };
    let end = 0;
    for (const { data_offsets: offsets, dtype } of Object.values(tensors)) {
      expect(offsets[0]).toBe(end);
      expect(offsets[0] % (sizes[dtype] ?? 0)).toBe(0);
      end = offsets[1];
    }
    expect(dataStart % 4096).toBe(0);
    expect(file.length).toBe(dataStart + end);
    expect(Object.keys(tensors).map((name) => name.slice(6))).toEqual([
      "c",
      "e",
      "b",
      "d",
      "f",
      "a",
      "g",
    ]);
  });

  test("begin with the metadata, whatever the tensors are called", async () => {
    const file = await encode({
      state: {
        "0": new Uint8Array([1]),
        __metadata__: new Uint8Array([2]),
        __proto__x: new Uint8Array([3]),
      },
    });
    const text = new TextDecoder().decode(file.subarray(8, 60));
    expect(text).toContain('{"__metadata__":{"reprise.format":"1","reprise.check');
    const state = materialize((await decode(file)).roots["state"]) as object;
    expect(Object.keys(state)).toEqual(["0", "__metadata__", "__proto__x"]);
  });

  test("hold one buffer once, however many names and views it has", async () => {
    const flat = new Float32Array(1000);
    const state = {
      first: flat.subarray(0, 20),
      part: flat.subarray(10, 20),
      flat,
      same: flat,
      bytes: new Uint8Array(flat.buffer, 8, 8),
    };
    const file = await encode({ state });
    const { __metadata__: _, ...tensors } = headerOf(file);
    expect(Object.keys(tensors)).toEqual(["state.flat"]);
    expect(file.length).toBe(4096 + 4000);
  });

  test("hold views that overlap in part on their own", async () => {
    const flat = Float32Array.from({ length: 8 }, (_, i) => i);
    const state = { a: flat.subarray(0, 5), b: flat.subarray(3, 8) };
    const { roots } = await decode(await encode({ state }));
    expect(materialize(roots["state"])).toEqual({ a: state.a.slice(), b: state.b.slice() });
  });

  test("come in few chunks, also from thousands of tensors", async () => {
    const snapshot = snapshotOf({ state: Array.from({ length: 5000 }, () => new Float32Array(3)) });
    const { chunks } = await encodeSnapshot(snapshot);
    expect(chunks).toHaveLength(2);
  });
});

test("the checksums are those that other tools compute of a tensor's bytes", async () => {
  const snapshot = snapshotOf({
    state: { w: new TextEncoder().encode("abc"), none: new Uint8Array(0) },
  });
  const [fast, strong] = [
    await encodeSnapshot(snapshot),
    await encodeSnapshot(snapshot, { checksum: "sha256" }),
  ];
  expect([...fast.checksums]).toEqual([["state.w", "44bc2cf5ad770999"]]);
  expect(strong.checksums.get("state.w")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("a reference that is frozen has a checksum in the file, and none among those to watch", async () => {
  const reference = {
    dtype: "U8",
    shape: [3],
    read: async () => new TextEncoder().encode("abc"),
    release: () => {},
  };
  const snapshot = snapshotOf({
    state: { still: { ...reference, frozen: true }, moving: reference },
  });
  const { checksums, chunks } = await encodeSnapshot(snapshot);
  expect([...checksums.keys()]).toEqual(["state.still", "state.moving"]);
  expect(draftOf(snapshot).frozen).toEqual(["state.still"]);
  expect(new TextDecoder().decode(chunks[0])).toContain("state.still");
});

test.each(["xxh64", "sha256"] as const)(
  "encoding with %s lets other work run every few megabytes",
  async (checksum) => {
    let pauses = 0;
    const state = { w: new Uint8Array(70 * 2 ** 20) };
    const file = await encode({ state }, { checksum, pause: async () => void pauses++ });
    expect(pauses).toBeGreaterThanOrEqual(checksum === "xxh64" ? 8 : 1);
    await expect(decode(file)).resolves.toBeDefined();
  },
);

test("encoding lets other work run also between thousands of small tensors", async () => {
  let pauses = 0;
  const state = Array.from({ length: 5000 }, () => new Float32Array(1));
  await encode({ state }, { pause: async () => void pauses++ });
  expect(pauses).toBeGreaterThanOrEqual(6);
});

test("a state with too many small parts is refused when it is saved", async () => {
  const state = Array.from({ length: 51 }, () => "x".repeat(2_000_000));
  await expect(encode({ state })).rejects.toMatchObject({ code: "HEADER_TOO_LARGE" });
});

test("a tensor reference that reads too few bytes is refused with its path", async () => {
  const reference = {
    dtype: "F32",
    shape: [2],
    read: async () => new Float32Array(1),
    release: () => {},
  };
  await expect(encode({ state: { gpu: reference } })).rejects.toMatchObject({
    code: "UNSUPPORTED_STATE",
    details: { path: "state.gpu" },
  });
});

const script = `
import sys, json, struct, math
data = open(sys.argv[1], "rb").read()
n, = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8+n])
meta = header.pop("__metadata__")
out = {"position": json.loads(meta["reprise.position"])}
kinds = {"F64": "d", "F32": "f", "I64": "q", "I16": "h", "U8": "B", "BF16": "H"}
for name, t in header.items():
    a, b = t["data_offsets"]
    count = math.prod(t["shape"])
    out[name] = list(struct.unpack("<%d%s" % (count, kinds[t["dtype"]]), data[8+n+a:8+n+b]))
try:
    from safetensors.numpy import load_file
    assert set(load_file(sys.argv[1])) == set(header)
except ImportError:
    pass
print(json.dumps(out))
`;

const hasPython = spawnSync("python3", ["--version"]).status === 0;

test(`Python reads the tensors and the position${hasPython ? "" : " (not run: no python3 here)"}`, async () => {
  if (!hasPython) return;
  const directory = mkdtempSync(join(tmpdir(), "reprise-"));
  try {
    const path = join(directory, "checkpoint.safetensors");
    writeFileSync(path, await encode({ state: mixed }));
    const output = execFileSync("python3", ["-c", script, path], { encoding: "utf8" });
    expect(JSON.parse(output)).toEqual({
      position: metadata.position,
      "state.a": [1, 2, 3],
      "state.b": [1.5, 2.5],
      "state.c": [3],
      "state.d": [-1, 2, 3],
      "state.e": [5],
      "state.f": [0x3f80],
      "state.g": [4],
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
