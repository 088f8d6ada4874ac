import { describe, expect, test } from "@jest/globals";
import { capture } from "../../src/snapshot/capture.ts";
import type { ArrayTree, StateTree, TensorTree } from "../../src/snapshot/state-tree.ts";

function nodesOf(list: readonly unknown[]): readonly StateTree[] {
  return (capture({ list }).roots["list"] as ArrayTree).values;
}

describe("the tensors of a state", () => {
  test("are stored once, however often the state holds them", () => {
    const one = new Float32Array(4);
    const flat = new Float32Array(8);
    const part = flat.subarray(2, 4);
    const list = [one, flat, part, one, part, flat, [one]];
    const [first, whole, view, ...again] = nodesOf(list);
    expect(again.slice(0, 3).map((node, i) => node === [first, view, whole][i])).toEqual([
      true,
      true,
      true,
    ]);
    const { leaves } = capture({ list });
    expect(leaves.map((leaf) => leaf.view)).toEqual([one, flat]);
    expect(view).toMatchObject({ owner: whole, delta: 8 });
  });

  test("are told apart from bare arrays of the same data", () => {
    const data = new Float32Array(4);
    const tensor = { dtype: "F32", shape: [2, 2], data };
    const [first, second, third, fourth] = nodesOf([tensor, data, data, { ...tensor }]);
    expect([first, second, fourth].map((node) => (node as TensorTree).form)).toEqual([
      "tensor",
      "array",
      "tensor",
    ]);
    expect(third).toBe(second);
    expect(fourth).not.toBe(first);
    expect(capture({ list: [tensor, data, data, { ...tensor }] }).leaves).toHaveLength(1);
  });

  test("are linked anew by each capture", () => {
    const flat = new Float32Array(8);
    const part = flat.subarray(0, 4);
    const first = capture({ state: [part] });
    expect(capture({ state: [part, flat] }).leaves).toHaveLength(1);
    expect(first.leaves[0]?.owner).toBeUndefined();
  });

  test("that overlap only in part are stored on their own", () => {
    const flat = new Float32Array(8);
    const { leaves } = capture({ state: [flat.subarray(0, 5), flat.subarray(3)] });
    expect(leaves.map(({ byteLength }) => byteLength)).toEqual([20, 20]);
  });

  test("come with the larger elements first", () => {
    const state = [new Int8Array(1), new Float32Array(1), new Int8Array(2), new Float64Array(1)];
    expect(capture({ state }).leaves.map(({ dtype }) => dtype)).toEqual(["F64", "F32", "I8", "I8"]);
  });
});
