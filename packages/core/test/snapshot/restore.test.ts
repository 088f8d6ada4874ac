import { describe, expect, test } from "@jest/globals";
import { isRepriseError } from "../../src/errors.ts";
import { capture } from "../../src/snapshot/capture.ts";
import { compareTrees } from "../../src/snapshot/compare.ts";
import { materialize, restoreInto } from "../../src/snapshot/restore.ts";
import type { StateDict } from "../../src/snapshot/training-state.ts";
import { throughFile } from "../codec/checkpoint-file.ts";
import { exactText } from "../codec/exact-text.ts";
import { RandomState } from "../codec/random-state.ts";
import { restoring } from "./restoring.ts";

class Model {
  weights = new Float32Array([1, 2]);
  loaded: StateDict[] = [];
  stateDict(): StateDict {
    return { weights: this.weights };
  }
  loadStateDict(dict: StateDict): void {
    this.loaded.push(dict);
    this.weights.set(dict["weights"] as Float32Array);
  }
}

describe("the program's own objects are restored in place:", () => {
  test("typed arrays, tensors, objects, lists, Maps, Sets and Dates stay the same objects", async () => {
    const state = {
      weights: new Float32Array([1, 2]),
      buffer: Buffer.from([1, 2, 3]),
      tensor: { dtype: "F32", shape: [2, 1], data: new Float32Array([3, 4]) },
      adam: { step: 3, slots: { m: new Float64Array([5]) } },
      list: [1, { x: 1 }, [2]],
      losses: Array.from({ length: 100 }, (_, i) => i / 7),
      map: new Map<unknown, unknown>([
        ["a", new Int8Array([1])],
        ["b", { y: 1 }],
        [3, "c"],
      ]),
      set: new Set([3, 1, 2]),
      date: new Date(5),
    };
    const parts = {
      ...state,
      data: state.tensor.data,
      slots: state.adam.slots,
      m: state.adam.slots.m,
      x: state.list[1],
      inMap: state.map.get("a"),
      y: state.map.get("b"),
    };
    const text = exactText(state);
    await restoring(state, () => {
      state.weights.fill(0);
      state.buffer.fill(0);
      state.tensor.data.fill(0);
      state.adam.step = 0;
      parts.m.fill(0);
      (parts.x as { x: number }).x = 0;
      state.list.push(7, 8);
      state.losses.length = 3;
      state.map.delete("b");
      state.map.set("z", 1);
      state.map.set("b", parts.y);
      (parts.y as { y: number }).y = 0;
      state.set.delete(3);
      state.set.add(9);
      state.set.add(3);
      state.date.setTime(0);
    });
    expect(exactText(state)).toBe(text);
    const after = {
      ...state,
      data: state.tensor.data,
      slots: state.adam.slots,
      m: state.adam.slots.m,
      x: state.list[1],
      inMap: state.map.get("a"),
      y: state.map.get("b"),
    };
    const moved = Object.keys(parts).filter(
      (key) => after[key as keyof typeof after] !== parts[key as keyof typeof parts],
    );
    expect(moved).toEqual([]);
  });

  test.each([
    ["a typed array", new Float32Array([1, 2]), (w: Float32Array) => w.fill(0)],
    ["a Map", new Map([["a", 1]]), (m: Map<string, number>) => m.clear()],
    ["a Set", new Set(["a"]), (s: Set<string>) => s.clear()],
    ["a list", [1, 2, 3], (l: number[]) => l.splice(0)],
    ["a Date", new Date(5), (d: Date) => d.setTime(0)],
  ])("%s that is the whole state", async (_, state, forget) => {
    const text = exactText(state);
    await restoring<unknown>(state, forget as never);
    expect(exactText(state)).toBe(text);
  });

  test("a part of a larger buffer, without touching the rest", async () => {
    const whole = new Float32Array([1, 2, 3, 4]);
    await restoring({ part: whole.subarray(1, 3) }, () => whole.fill(9));
    expect([...whole]).toEqual([9, 2, 3, 9]);
  });

  test("what the run added comes back, what it removed goes, the order is the checkpoint's", async () => {
    const state: { opt: Record<string, unknown>; list: unknown[] } = {
      opt: { a: 1, b: 2, c: 3 },
      list: [1],
    };
    delete state.opt["a"];
    state.opt["slot"] = { m: new Float32Array([1]) };
    state.opt["a"] = 4;
    state.list.push({ x: new Map([[1, 2]]) });
    const text = exactText(state);
    await restoring(state, () => {
      for (const key of Object.keys(state.opt)) delete state.opt[key];
      Object.assign(state.opt, { a: 1, b: 2, c: 3 });
      state.list.length = 1;
    });
    expect(exactText(state)).toBe(text);
  });

  test("a long list of numbers that became longer", async () => {
    const state = { losses: Array.from({ length: 100 }, (_, i) => i) };
    const text = exactText(state);
    await restoring(state, () => state.losses.push(7, 8));
    expect(exactText(state)).toBe(text);
  });

  test("what is to be kept stays although the checkpoint lacks it", async () => {
    const state: { model: Record<string, unknown> } = { model: { w: 1, gone: 2, b: 3 } };
    const saved = await throughFile({ model: { b: 4, w: 5 } });
    await restoreInto(state, saved, "state", new Set(["state.model.gone"]));
    expect(exactText(state.model)).toBe(exactText({ b: 4, w: 5, gone: 2 }));
  });

  test("a key named __proto__ is written as data", async () => {
    const state = { holder: JSON.parse('{"__proto__": {"x": 1}}') as object };
    await restoring(state, () => Reflect.deleteProperty(state.holder, "__proto__"));
    expect(Object.getPrototypeOf(state.holder)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(state.holder, "__proto__")?.value).toEqual({ x: 1 });
  });

  test("a lazy slot that was null is filled", async () => {
    const state: { opt: { slots: unknown } } = { opt: { slots: { m: new Float32Array([1]) } } };
    await restoring(state, () => (state.opt.slots = null));
    expect(exactText(state.opt.slots)).toBe(exactText({ m: new Float32Array([1]) }));
  });

  test("a tensor that the run made larger takes the place of the small one", async () => {
    const state = { replay: { data: new Float32Array([1, 2, 3]) } };
    await restoring(state, () => (state.replay.data = new Float32Array(1)));
    expect([...state.replay.data]).toEqual([1, 2, 3]);
  });

  test("a tensor that the run reshaped takes its shape", async () => {
    const data = new Float32Array([1, 2, 3, 4]);
    const state: { a: unknown } = { a: { dtype: "F32", shape: [4, 1], data } };
    await restoring(state, () => (state.a = { dtype: "F32", shape: [2, 2], data }));
    expect(state.a).toEqual({ dtype: "F32", shape: [4, 1], data });
  });

  test("random states, from any other state of the same program", async () => {
    const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32));
    for (let i = 0; i < 200; i++) {
      const live = { slot: new RandomState(seed + i).value(4) };
      const other = { slot: new RandomState(seed + i + (i % 3)).value(4) };
      const text = exactText(other);
      await restoreInto(live, await throughFile(other), "state");
      expect(`SEED=${seed + i} ${exactText(live)}`).toBe(`SEED=${seed + i} ${text}`);
    }
  });
});

describe("objects with methods of their own", () => {
  test("are given fresh data through loadStateDict", async () => {
    const model = new Model();
    const live = model.weights;
    await restoring({ nested: [model] }, () => live.fill(0));
    expect([...live]).toEqual([1, 2]);
    expect(model.loaded).toHaveLength(1);
    expect(Object.getPrototypeOf(model.loaded[0])).toBeNull();
    expect(model.loaded[0]?.["weights"]).not.toBe(live);
  });

  test("are loaded once although the state holds them twice", async () => {
    const model = new Model();
    await restoring({ a: model, b: [model] }, () => {});
    expect(model.loaded).toHaveLength(1);
  });

  test("are awaited one after the other", async () => {
    const order: string[] = [];
    const slow = (name: string): object => ({
      stateDict: () => ({ name }),
      loadStateDict: async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push(`${name} ends`);
      },
    });
    await restoring([slow("a"), slow("b")], () => {});
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  test("get what they reassign through set", async () => {
    let params = new Float32Array([1, 2]);
    const state = {
      params: { get: () => params, set: (value: Float32Array<ArrayBuffer>) => (params = value) },
    };
    await restoring(state, () => (params = new Float32Array(5)));
    expect([...params]).toEqual([1, 2]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no such layer");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("no such layer");
      },
    ],
  ])("that fail when it %s are named", async (_, loadStateDict) => {
    const state = { model: { layers: [{ stateDict: () => ({}), loadStateDict }] } };
    const outcome: unknown = await restoring(state, () => {}).catch((error: unknown) => error);
    if (!isRepriseError(outcome, "LOAD_FAILED"))
      throw new Error("not the error", { cause: outcome });
    expect(outcome.message).toContain(
      "state.model.layers[0] could not be loaded: Error: no such layer",
    );
    expect((outcome.cause as Error).message).toBe("no such layer");
  });
});

test("a restored state is captured as the very state that was saved", async () => {
  const state = {
    w: new Float32Array([1, 2]),
    o: { list: [1, [2]], m: new Map([["k", { z: 1 }]]) },
  };
  const saved = await throughFile(state);
  state.w.fill(0);
  state.o.list = [];
  await restoreInto(state, saved, "state");
  const again = await throughFile(state);
  expect(exactText(materialize(again))).toBe(exactText(materialize(saved)));
  expect(compareTrees(saved, capture({ state }).roots["state"], {}, "state")).toEqual([]);
});
