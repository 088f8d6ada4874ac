import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { fileURLToPath } from "node:url";
import { firstDifference } from "@reprise/testing";
import { runScript, type ScriptOptions, survive } from "@reprise/testing/node";
import { build } from "esbuild";
import type { KillIn, TrainOrder } from "./programs/train-order.ts";

jest.setTimeout(240_000);

let base: string;
/** What a run leaves that nothing happened to. */
let undisturbed: unknown;

// What the CommonJS packages in the file expect to find around them.
const commonJs = `
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;
`;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "reprise-tfjs-"));
  // One file, so that a life starts in a fraction of a second.
  await build({
    entryPoints: [fileURLToPath(new URL("./programs/train.ts", import.meta.url))],
    outfile: join(base, "train.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@reprise/source"],
    banner: { js: commonJs },
  });
  const folder = await makeFolder("undisturbed");
  const { exitCode, stderr } = await runScript(scriptFor({ folder }));
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  undisturbed = await outcomeIn(folder);
});

afterAll(() => rm(base, { recursive: true }));

async function makeFolder(name: string): Promise<string> {
  const folder = join(base, name);
  await mkdir(folder);
  return folder;
}

function scriptFor(order: TrainOrder): ScriptOptions {
  return {
    script: join(base, "train.mjs"),
    args: [JSON.stringify(order)],
    directory: order.folder,
    timeoutMs: 60_000,
  };
}

async function outcomeIn(folder: string): Promise<unknown> {
  return deserialize(await readFile(join(folder, "outcome")));
}

async function expectUndisturbed(folder: string): Promise<void> {
  expect(firstDifference(await outcomeIn(folder), undisturbed)).toBeUndefined();
  // Only the lease of a finished run is left.
  expect((await readdir(join(folder, "backup"))).join()).toMatch(/^lease-\d+\.json$/);
}

test("fit survives SIGKILL at every file operation of the claim and of the first saves", async () => {
  const folder = await makeFolder("operations");
  const { attempts, last } = await survive({
    ...scriptFor({ folder }),
    kills: (attempt) =>
      attempt <= 30 ? { fileOperation: attempt, half: attempt % 2 === 0 } : undefined,
  });
  expect(attempts.filter(({ killed }) => killed)).toHaveLength(30);
  expect(last.exitCode).toBe(0);
  // Lives whose claim was through have gone on where the one before was.
  expect(attempts.filter(({ stderr }) => stderr.includes("resumed")).length).toBeGreaterThan(5);
  await expectUndisturbed(folder);
});

const inHooks: readonly KillIn[] = [
  { hook: "onTrainBegin", nth: 1 },
  { hook: "onEpochBegin", nth: 1 },
  { hook: "onBatchBegin", nth: 2 },
  { hook: "onBatchEnd", nth: 1 },
  { hook: "onEpochEnd", nth: 1 },
  { hook: "onBatchBegin", nth: 1 },
  { hook: "onBatchEnd", nth: 2 },
  { hook: "onTrainEnd", nth: 1 },
  { hook: "onCompleted", nth: 1 },
];

test("fit survives SIGKILL in every hook", async () => {
  const folder = await makeFolder("hooks");
  for (const killIn of inHooks) {
    const { signal } = await runScript(scriptFor({ folder, killIn }));
    expect({ killIn, signal }).toEqual({ killIn, signal: "SIGKILL" });
  }
  const { exitCode, stderr } = await runScript(scriptFor({ folder }));
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  await expectUndisturbed(folder);
});
