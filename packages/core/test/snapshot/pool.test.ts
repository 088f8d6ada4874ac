import { describe, expect, test } from "@jest/globals";
import { capture } from "../../src/snapshot/capture.ts";
import { SnapshotPool } from "../../src/snapshot/pool.ts";

function bytesOf(snapshot: {
  bytes(start: number, length: number): readonly Uint8Array[];
  byteLength: number;
}): number[] {
  return Array.from(Buffer.concat(snapshot.bytes(0, snapshot.byteLength)));
}

describe("a pool of snapshots", () => {
  test("has room for two, and again once one was released", () => {
    const pool = new SnapshotPool();
    const state = { w: new Uint8Array([1, 2]) };
    const first = pool.take(capture({ state }));
    state.w.fill(7);
    const second = pool.take(capture({ state }));
    expect(pool.take(capture({ state }))).toBeUndefined();
    expect(first && bytesOf(first)).toEqual([1, 2]);
    expect(second && bytesOf(second)).toEqual([7, 7]);
    first?.release();
    first?.release();
    state.w.fill(9);
    const third = pool.take(capture({ state }));
    expect(third && bytesOf(third)).toEqual([9, 9]);
    expect(second && bytesOf(second)).toEqual([7, 7]);
    expect(pool.take(capture({ state }))).toBeUndefined();
  });

  test("grows with the state, and takes a smaller one again", () => {
    const pool = new SnapshotPool();
    pool.prepare(capture({ state: { w: new Uint8Array(1) } }));
    for (const length of [1, 100_000, 3, 100_001, 0]) {
      const state = { w: new Uint8Array(length).fill(length) };
      const snapshot = pool.take(capture({ state }));
      expect(snapshot && bytesOf(snapshot)).toEqual([...state.w]);
      snapshot?.release();
    }
  });

  test("copies shared memory", () => {
    const state = { w: new Int32Array(new SharedArrayBuffer(8)).fill(5) };
    const snapshot = new SnapshotPool().take(capture({ state }));
    expect(snapshot?.byteLength).toBe(8);
    expect(snapshot && bytesOf(snapshot)).toEqual([5, 0, 0, 0, 5, 0, 0, 0]);
  });

  test("releases a reference once, when its snapshot is released", () => {
    let released = 0;
    const reference = {
      dtype: "F32",
      shape: [1],
      read: async () => new Float32Array(1),
      release: () => void released++,
    };
    const snapshot = new SnapshotPool().take(capture({ state: { reference } }));
    expect(released).toBe(0);
    snapshot?.release();
    snapshot?.release();
    expect(released).toBe(1);
  });

  test("leaves the references of what it has no room for to the caller", () => {
    let released = 0;
    const reference = {
      dtype: "F32",
      shape: [1],
      read: async () => new Float32Array(1),
      release: () => void released++,
    };
    const pool = new SnapshotPool();
    pool.take(capture({ state: {} }));
    pool.take(capture({ state: {} }));
    const captured = capture({ state: { reference } });
    expect(pool.take(captured)).toBeUndefined();
    expect(released).toBe(0);
    captured.release();
    expect(released).toBe(1);
  });

  test("refuses an array that was transferred away since it was captured", () => {
    const state = { list: [new Float32Array(2), new Float32Array(4)] };
    const first = capture({ state });
    structuredClone(state.list[1]?.buffer, { transfer: [state.list[1]?.buffer as ArrayBuffer] });
    const pool = new SnapshotPool();
    expect(() => pool.take(first)).toThrow("The state of 24 bytes could not be copied: TypeError");
    expect(pool.take(capture({ state: {} }))).toBeDefined();
    expect(pool.take(capture({ state: {} }))).toBeDefined();
  });
});
