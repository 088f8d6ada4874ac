import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { firstDifference } from "@reprise/testing";
import { runScript } from "@reprise/testing/node";
import { swiftShader } from "../../../tfjs/test/swift-shader.ts";
import { RecipeRuns } from "./recipe-runs.ts";

let runs: RecipeRuns;

beforeAll(async () => {
  runs = await RecipeRuns.create();
});

afterAll(() => runs.remove());

test("a convolution on webgpu resumes exactly after SIGKILL in its second save", async () => {
  const env = swiftShader();
  const whole = await runScript({ ...runs.script("webgpu", "whole"), env });
  expect(whole).toMatchObject({ exitCode: 0, stderr: "" });

  const script = { ...runs.script("webgpu", "killed"), env };
  const first = await runScript({ ...script, killAt: { fileOperation: 29, half: true } });
  expect(first.killed).toBe(true);
  expect(first.fileOperations.at(-1)).toMatch("write backup/checkpoint-1-2.safetensors");
  const second = await runScript(script);
  expect(second).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("resumed") });

  const result = await runs.resultIn("killed");
  expect(result).toMatchObject({ backend: "webgpu", history: { loss: expect.any(Array) } });
  expect(firstDifference(result, await runs.resultIn("whole"))).toBeUndefined();
});
