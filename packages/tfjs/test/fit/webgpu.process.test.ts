import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize } from "node:v8";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type KillPoint, runScript } from "@reprise/testing/node";
import "@reprise/testing/jest";
import { bundleProgram } from "../bundle-program.ts";
import { swiftShader } from "../swift-shader.ts";
import type { HookCall } from "./programs/train-order.ts";
import type { Facts } from "./programs/webgpu-facts.ts";
import { TrainProgram } from "./train-program.ts";

jest.setTimeout(240_000);

const kinds = ["dropout and validation", "convolution and batch normalization"];

let program: TrainProgram;

beforeAll(async () => {
  program = await TrainProgram.build({ backend: "webgpu", env: swiftShader() });
  await program.runUndisturbed(kinds);
});

afterAll(() => program.remove());

/** One life of a training each, and where it is killed. */
const lives: readonly { readonly killAt?: KillPoint; readonly killIn?: HookCall }[] = [
  // Half of the second checkpoint is written.
  { killAt: { fileOperation: 29, half: true } },
  // Before a save, and behind one.
  { killIn: { hook: "onBatchEnd", nth: 1 } },
  { killIn: { hook: "onBatchBegin", nth: 2 } },
  { killIn: { hook: "onTrainEnd", nth: 1 } },
];

test.each(kinds)(
  "on webgpu, fit survives SIGKILL before, in and after saves and hooks with %s",
  async (kind) => {
    const folder = await program.makeFolder("killed");
    for (const { killAt, killIn } of lives) {
      const script = program.scriptFor({ folder, kind, ...(killIn && { killIn }) });
      const { signal, fileOperations } = await runScript({ ...script, ...(killAt && { killAt }) });
      expect({ killAt, killIn, signal }).toEqual({ killAt, killIn, signal: "SIGKILL" });
      if (killAt) expect(fileOperations.at(-1)).toMatch("write backup/checkpoint-1-2.safetensors");
    }
    const { exitCode, stderr } = await program.finish({ folder, kind });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining("resumed"),
    });
    await program.expectUndisturbed(folder, kind);
  },
);

test("on webgpu, a device that is lost fails the training, and a new process goes on", async () => {
  const folder = await program.makeFolder("lost");
  const kind = "dropout and validation";
  const inFirstSave = await runScript(
    program.scriptFor({ folder, kind, loseDeviceIn: { hook: "onBatchEnd", nth: 1 } }),
  );
  expect(inFirstSave).toMatchObject({ exitCode: 1, signal: null });
  expect(inFirstSave.stderr).toMatch(/SAVE_FAILED[^]*\[cause\][^]*the GPU device was lost/);
  expect(checkpointsOf(inFirstSave)).toBe(0);

  const behindTwoSaves = await runScript(
    program.scriptFor({ folder, kind, loseDeviceIn: { hook: "onBatchBegin", nth: 3 } }),
  );
  expect(behindTwoSaves).toMatchObject({ exitCode: 1, signal: null });
  expect(behindTwoSaves.stderr).toMatch(/the GPU device was lost[^]*DEVICE_LOST/);
  expect(checkpointsOf(behindTwoSaves)).toBe(2);

  const { exitCode, stderr } = await program.finish({ folder, kind });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: expect.stringContaining("(step 2) from checkpoint"),
  });
  await program.expectUndisturbed(folder, kind);
});

/** How many checkpoints a process has completed. */
function checkpointsOf({ fileOperations }: { readonly fileOperations: readonly string[] }): number {
  return fileOperations.filter((it) => /^link .* -> backup\/checkpoint/.test(it)).length;
}

describe("on webgpu, within one process", () => {
  let folder: string;
  let facts: Facts;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "reprise-webgpu-"));
    const [script, file] = [join(folder, "webgpu-facts.mjs"), join(folder, "facts")];
    const source = new URL("./programs/webgpu-facts.ts", import.meta.url);
    await bundleProgram(fileURLToPath(source), script);
    const order = { script, args: [file], env: swiftShader(), timeoutMs: 60_000 };
    const { exitCode, stderr } = await runScript(order);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    facts = deserialize(await readFile(file)) as Facts;
    expect(facts.backend).toBe("webgpu");
  });

  afterAll(() => rm(folder, { recursive: true }));

  test("a pin shares what is on the GPU, and later steps leave it as it is", () => {
    const { before, pinned, pins, expected, read, changed } = facts.pins;
    expect(pins).toBe(4);
    expect(before.numBytesInGPU).toBeGreaterThan(0);
    expect(pinned).toEqual({ ...before, numTensors: before.numTensors + pins });
    expect(read).toBeBitIdenticalTo(expected);
    expect(read).not.toEqual(changed);
  });

  test("fit with many saves leaves as many tensors as model.fit", () => {
    const { saves, plain, ours } = facts.leaks;
    expect(saves).toBeGreaterThan(15);
    expect(ours).toBe(plain);
  });

  test.each([
    ["dense layers", 0],
    ["convolution and batch normalization", 1],
  ])("fit comes to the same bits as model.fit with %s", (_name, at) => {
    const { plain, ours } = facts.parity[at] as Facts["parity"][number];
    expect(ours).toBeBitIdenticalTo(plain);
    expect(ours).toHaveProperty("model.backend.webgpu");
  });
});
