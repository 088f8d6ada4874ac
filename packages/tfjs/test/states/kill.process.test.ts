import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize } from "node:v8";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { firstDifference } from "@reprise/testing";
import { runScript, type ScriptOptions, survive } from "@reprise/testing/node";
import { bundleProgram } from "../bundle-program.ts";

jest.setTimeout(240_000);

let base: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "reprise-tfjs-"));
  const source = fileURLToPath(new URL("./programs/train-gan.ts", import.meta.url));
  await bundleProgram(source, join(base, "train-gan.mjs"));
});

afterAll(() => rm(base, { recursive: true }));

async function scriptIn(folder: string): Promise<ScriptOptions> {
  await mkdir(join(base, folder));
  const { resolve } = createRequire(import.meta.url);
  const binaries = dirname(resolve("@tensorflow/tfjs-backend-wasm")) + sep;
  return {
    script: join(base, "train-gan.mjs"),
    args: [join(base, folder), binaries],
    directory: join(base, folder),
    timeoutMs: 60_000,
  };
}

async function resultIn(folder: string): Promise<unknown> {
  return deserialize(await readFile(join(base, folder, "result")));
}

test("on wasm, a hand-written loop with two models survives SIGKILL at every file operation", async () => {
  const undisturbed = await runScript(await scriptIn("undisturbed"));
  expect(undisturbed).toMatchObject({ exitCode: 0 });

  const operations = undisturbed.fileOperations.length;
  const { attempts, last } = await survive({
    ...(await scriptIn("killed")),
    kills: (attempt) =>
      attempt <= operations ? { fileOperation: attempt, half: attempt % 2 === 0 } : undefined,
    maxAttempts: operations + 1,
  });
  // Only the last ones can find too little left to do to be killed there.
  const killed = attempts.filter((attempt) => attempt.killed).length;
  expect(killed).toBeGreaterThan(20);
  expect(last).toMatchObject({ exitCode: 0 });
  expect(attempts.some(({ stderr }) => stderr.includes("resumed at"))).toBe(true);
  expect(firstDifference(await resultIn("killed"), await resultIn("undisturbed"))).toBeUndefined();
});
