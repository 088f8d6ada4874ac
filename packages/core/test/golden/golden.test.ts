import { describe, expect, test } from "@jest/globals";
import { materialize } from "../../src/snapshot/restore.ts";
import { decode } from "../codec/checkpoint-file.ts";
import { exactText } from "../codec/exact-text.ts";
import { refusalOf } from "../codec/refusal-of.ts";
import { goldenNames, readGolden } from "./golden-files.ts";
import { goldenMoments, makeGoldens } from "./goldens.ts";
import { mutilations } from "./mutilated.ts";
import { goldenStates } from "./states.ts";

interface Aliasing {
  readonly part: Float32Array;
  readonly flat: Float32Array;
  readonly same: Float32Array;
  readonly bytes: Uint8Array;
  readonly unaligned: Uint8Array;
  readonly within: Int16Array;
  readonly layer: { readonly bias: Float64Array };
  readonly tied: { readonly layer: { readonly bias: Float64Array }; readonly again: Float64Array };
}

function nameOf(path: string): string {
  return path.replace(".safetensors", "");
}

async function stateOf(name: string): Promise<unknown> {
  const { roots } = await decode(readGolden(name));
  return materialize(roots["state"]);
}

test("the golden files are those that the generator writes, byte for byte", async () => {
  const made = await makeGoldens();
  expect(goldenNames()).toEqual(Array.from(made.keys(), nameOf).toSorted());
  const differing = [...made].filter(
    ([path, file]) => Buffer.compare(file, readGolden(nameOf(path))) !== 0,
  );
  expect(differing.map(([path]) => path)).toEqual([]);
});

test("every golden file is read by a test", () => {
  const read = [
    "newer-runtime",
    ...Object.keys(goldenStates),
    ...Object.keys(goldenMoments),
    ...Object.keys(mutilations).map((name) => `mutilated/${name}`),
  ];
  expect(read.toSorted()).toEqual(goldenNames());
});

describe("a golden file comes back to the bit:", () => {
  test.each(Object.entries(goldenStates))("%s", async (name, golden) => {
    const { metadata } = await decode(readGolden(name));
    expect(metadata).toEqual(golden.metadata);
    expect(exactText(await stateOf(name))).toBe(exactText(golden.comesBack ?? golden.state));
  });

  test("one with halves, as a runtime that has Float16Array writes them", async () => {
    const { F16 } = (await stateOf("newer-runtime")) as {
      F16: { dtype: string; shape: number[]; data: Uint16Array };
    };
    expect([F16.dtype, F16.shape]).toEqual(["F16", [3]]);
    const { buffer, byteOffset, byteLength } = F16.data;
    expect(Buffer.from(buffer, byteOffset, byteLength).toString("hex")).toBe("003c0080017e");
  });

  test("with two names for one buffer, and views into it", async () => {
    const state = (await stateOf("aliasing")) as Aliasing;
    const { flat, layer } = state;
    expect(state.same).toBe(flat);
    expect(state.part.buffer).toBe(flat.buffer);
    expect(state.bytes.buffer).toBe(flat.buffer);
    expect([state.part.byteOffset, state.bytes.byteOffset]).toEqual([8, 4]);
    expect(state.within.buffer).toBe(state.unaligned.buffer);
    expect(state.within.byteOffset - state.unaligned.byteOffset).toBe(1);
    expect(state.tied.layer).toBe(layer);
    expect(state.tied.again).toBe(layer.bias);
    state.bytes.fill(0);
    expect([...flat]).toEqual([0.5, 0, 0, 3.5, 4.5, 5.5, 6.5, 7.5]);
  });

  test("with a key named __proto__, which is data", async () => {
    const { proto } = (await stateOf("every-value")) as { proto: object };
    expect(Object.keys(proto)).toEqual(["__proto__"]);
    expect("polluted" in {}).toBe(false);
  });
});

describe("a mutilated file is refused:", () => {
  test.each(Object.entries(mutilations))("%s", async (name, { code, because }) => {
    const error = await refusalOf(readGolden(`mutilated/${name}`));
    expect(error.code).toBe(code);
    expect(error.message).toContain(because);
  });
});
