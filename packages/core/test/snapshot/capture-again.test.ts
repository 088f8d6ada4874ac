import { describe, expect, test } from "@jest/globals";
import { capture } from "../../src/snapshot/capture.ts";

function small(): Float32Array {
  return new Float32Array(4);
}

function large(): Float32Array {
  return new Float32Array(10_000);
}

describe("a capture after another one", () => {
  test.each([
    ["the same arrays", (list: Float32Array[]) => list],
    ["an array replaced", (list: Float32Array[]) => [list[0], small(), list[2], list[3]]],
    ["a large array replaced", (list: Float32Array[]) => [list[0], list[1], large(), list[3]]],
    ["an array less", (list: Float32Array[]) => list.slice(0, 2)],
    ["an array more", (list: Float32Array[]) => [...list, small()]],
    ["another order", (list: Float32Array[]) => list.toReversed()],
    ["an array twice", (list: Float32Array[]) => [...list, list[0]]],
    ["a view into an earlier array", (list: Float32Array[]) => [...list, list[0]?.subarray(1, 3)]],
    [
      "an array within a tensor",
      (list: Float32Array[]) => list.map((data) => ({ dtype: "F32", shape: [data.length], data })),
    ],
  ])("finds what one without would, with %s", (_, change) => {
    const state = { list: [small(), small(), large(), small()] as unknown[] };
    const first = capture({ state });
    const second = capture({ state }, { previous: first });
    state.list = change(state.list as Float32Array[]);
    const fast = capture({ state }, { previous: second });
    expect(fast.byteLength).toBe(capture({ state }).byteLength);
    expect(fast.leaves.map(({ view }) => view)).toEqual(
      capture({ state }).leaves.map(({ view }) => view),
    );
    expect(fast.roots).toEqual(capture({ state }).roots);
  });

  test("leaves an earlier capture as it was", () => {
    const flat = new Float32Array(8);
    const part = flat.subarray(0, 4);
    const first = capture({ state: { list: [part] } });
    const second = capture({ state: { list: [part, flat] } }, { previous: first });
    expect(second.leaves).toHaveLength(1);
    expect(first.leaves[0]?.owner).toBeUndefined();
  });

  test("tells an array from a tensor of the same data", () => {
    const data = small();
    const first = capture({ state: { t: { dtype: "F32", shape: [4], data } } });
    const second = capture({ state: { t: data } }, { previous: first });
    expect(second.leaves[0]?.form).toBe("array");
  });

  test("takes over a tensor only with its shape", () => {
    const data = new Float32Array(6);
    const at = (shape: number[]): object => ({ t: { dtype: "F32", shape, data } });
    const first = capture({ state: at([2, 3]) });
    const same = capture({ state: at([2, 3]) }, { previous: first });
    const other = capture({ state: at([3, 2]) }, { previous: same });
    expect(same.leaves[0]).toBe(first.leaves[0]);
    expect(other.leaves[0]?.shape).toEqual([3, 2]);
  });
});
