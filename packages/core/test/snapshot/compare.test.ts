import { describe, expect, test } from "@jest/globals";
import { bornOf } from "../../src/snapshot/born.ts";
import { capture } from "../../src/snapshot/capture.ts";
import { compareTrees } from "../../src/snapshot/compare.ts";
import type { StateTree } from "../../src/snapshot/state-tree.ts";
import { F32, rules, stateful } from "./compare-rules.ts";
import { decode, encode, metadata, throughFile } from "../codec/checkpoint-file.ts";

const tree = (state: unknown): StateTree => capture({ state }).roots["state"];

/** A run that began as `born`, saved `saved`, and is resumed by a program that begins as `live`. */
async function differences(born: unknown, saved: unknown, live: unknown): Promise<string[]> {
  const found = compareTrees(await throughFile(saved), tree(live), bornOf(tree(born)), "state");
  return found.map(
    ({ kind, path, expected, found: has }) => `${kind} ${path}: ${has} / ${expected}`,
  );
}

describe("a program and a checkpoint are compared with what the run was born with:", () => {
  test.each(rules)("%s", async (_, born, saved, live, expected) => {
    expect(await differences(born, saved, live)).toEqual(expected);
  });

  test.each([
    ["a typed array", F32(2), F32(3), ["shape state: F32[3] / F32[2]"]],
    ["a Map", new Map(), { a: F32(1) }, ["kind state: record / map"]],
  ])("the root itself, such as %s, cannot be replaced", async (_, saved, live, expected) => {
    expect(await differences(live, saved, live)).toEqual(expected);
  });

  test("the differences are data", async () => {
    const found = compareTrees(await throughFile({ w: F32(2) }), tree({ w: F32(3) }), {}, "state");
    expect(found).toEqual([
      { kind: "shape", path: "state.w", expected: "F32[2]", found: "F32[3]" },
    ]);
  });

  test("values that the state holds twice at every level take no time", async () => {
    let state: object = { x: 1 };
    for (let i = 0; i < 40; i++) state = { a: state, b: state };
    expect(await differences(state, state, state)).toEqual([]);
  });
});

test("what a run was born with travels in the checkpoint", async () => {
  const state = {
    "a b": { w: F32(6), list: [1, { x: 2 }], m: new Map([["k", F32(1)]]) },
    get: stateful({ t: { dtype: "F32", shape: [2, 3], data: F32(6) } }),
  };
  const born = bornOf(tree(state));
  expect({ ...born }).toEqual({
    state: "record",
    'state["a b"]': "record",
    'state["a b"].w': "F32[6]",
    'state["a b"].list': "array(2)",
    'state["a b"].list[1]': "record",
    'state["a b"].list[1].x': "",
    'state["a b"].m': "map",
    "state.get": "record",
    "state.get.t": "F32[2,3]",
  });
  const file = await encode({ state }, { metadata: { ...metadata, born } });
  expect((await decode(file)).metadata.born).toEqual({ ...born });
});
