import { describe, expect, test } from "@jest/globals";
import type { StateDict } from "../../src/snapshot/training-state.ts";
import { restoreInto } from "../../src/snapshot/restore.ts";
import { decode, encode } from "../codec/checkpoint-file.ts";
import { exactText } from "../codec/exact-text.ts";
import { restoring } from "./restoring.ts";

describe("what the state holds twice it holds twice again:", () => {
  test("objects and arrays that are not live are made once", async () => {
    const shared = { w: new Float32Array([1]) };
    const state: Record<string, Record<string, unknown>> = {
      a: { x: shared, list: [shared, shared.w] },
      b: { y: shared },
    };
    await restoring(state, () => {
      state["a"] = {};
      state["b"] = {};
    });
    const x = state["a"]?.["x"] as typeof shared;
    expect(state["b"]?.["y"]).toBe(x);
    expect(state["a"]?.["list"]).toEqual([x, x.w]);
    const { list } = state["a"] as { list: unknown[] };
    expect(list[1]).toBe(x.w);
  });

  test("what is live at one of its paths is linked from the other", async () => {
    const best = { w: new Float32Array([1]) };
    const state: { track: Record<string, unknown>; current: object } = {
      track: { best },
      current: best,
    };
    await restoring(state, () => {
      best.w.fill(0);
      state.track = { best: null };
    });
    expect(state.track["best"]).toBe(best);
    expect(state.current).toBe(best);
    expect([...best.w]).toEqual([1]);
  });

  test("views into one buffer, which need not begin at a multiple of their elements", async () => {
    const memory = new ArrayBuffer(64);
    const make = (): Record<string, unknown> => ({
      bytes: new Uint8Array(memory, 4, 40),
      doubles: new Float64Array(memory, 8, 3),
      floats: new Float32Array(memory, 4, 2),
    });
    const state: { holder: Record<string, unknown> } = { holder: make() };
    new Float64Array(memory, 8, 3).set([1, 2, 3]);
    const text = exactText(state);
    await restoring(state, () => (state.holder = {}));
    expect(exactText(state)).toBe(text);
    const { bytes, doubles, floats } = state.holder as {
      bytes: Uint8Array;
      doubles: Float64Array;
      floats: Float32Array;
    };
    doubles[0] = 7;
    expect([bytes.buffer, floats.buffer]).toEqual([doubles.buffer, doubles.buffer]);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getFloat64(4, true)).toBe(7);
  });

  test("a new view is made of a buffer that is live", async () => {
    const flat = new Float32Array([1, 2, 3, 4]);
    const state: { flat: Float32Array; views: unknown[] } = { flat, views: [flat.subarray(1, 3)] };
    await restoring(state, () => {
      state.views = [];
      flat.fill(0);
    });
    expect((state.views[0] as Float32Array).buffer).toBe(flat.buffer);
    flat[1] = 9;
    expect([...(state.views[0] as Float32Array)]).toEqual([9, 3]);
  });

  test("a part of what only another root of the checkpoint holds as a whole", async () => {
    const whole = new Float32Array([1, 2, 3, 4]);
    const state = { part: whole.subarray(1, 3) };
    const { roots } = await decode(await encode({ state, callbacks: { whole } }));
    whole.fill(0);
    await restoreInto(state, roots["state"], "state");
    expect([...whole]).toEqual([0, 2, 3, 0]);
  });

  test("tied weights of two objects with methods of their own", async () => {
    const tied = new Float32Array([1]);
    const dicts: StateDict[] = [];
    const model = (): object => ({
      stateDict: () => ({ tied }),
      loadStateDict: (dict: StateDict) => void dicts.push(dict),
    });
    await restoring([model(), model()], () => {});
    expect(dicts[0]?.["tied"]).toBe(dicts[1]?.["tied"]);
    expect(dicts[0]?.["tied"]).not.toBe(tied);
  });

  test("at every level, without looking at any of it twice", async () => {
    const state = { levels: { x: [1] } as Record<string, unknown> };
    for (let i = 0; i < 40; i++) state.levels = { a: state.levels, b: state.levels };
    const { levels } = state;
    await restoring(state, () => (levels["b"] = null));
    expect(levels["b"]).toBe(levels["a"]);
  });
});
