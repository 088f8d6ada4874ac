import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { fileURLToPath } from "node:url";
import { firstDifference } from "@reprise/testing";
import { runScript, type ScriptOptions, survive } from "@reprise/testing/node";
import { build } from "esbuild";
import { kinds } from "./models.ts";
import type { KillIn, TrainOrder } from "./programs/train-order.ts";

jest.setTimeout(240_000);

let base: string;
/** What a run of each kind leaves that nothing happened to. */
const undisturbed = new Map<string, unknown>();
const usual = "dropout and validation";

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
});

async function outcomeOfUndisturbed(kind: string): Promise<unknown> {
  if (!undisturbed.has(kind)) {
    const folder = await makeFolder("undisturbed");
    const { exitCode, stderr } = await runScript(scriptFor({ folder, kind }));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    undisturbed.set(kind, await outcomeIn(folder));
  }
  return undisturbed.get(kind);
}

afterAll(() => rm(base, { recursive: true }));

function makeFolder(name: string): Promise<string> {
  return mkdtemp(join(base, name));
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

async function expectUndisturbed(folder: string, kind: string = usual): Promise<void> {
  const expected = await outcomeOfUndisturbed(kind);
  expect(firstDifference(await outcomeIn(folder), expected)).toBeUndefined();
  // Only the lease of a finished run is left.
  expect((await readdir(join(folder, "backup"))).join()).toMatch(/^lease-\d+\.json$/);
}

test("fit survives SIGKILL at every file operation of the claim and of the first saves", async () => {
  const folder = await makeFolder("operations");
  const { attempts, last } = await survive({
    ...scriptFor({ folder, kind: usual }),
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
    const { signal } = await runScript(scriptFor({ folder, kind: usual, killIn }));
    expect({ killIn, signal }).toEqual({ killIn, signal: "SIGKILL" });
  }
  const { exitCode, stderr } = await runScript(scriptFor({ folder, kind: usual }));
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  await expectUndisturbed(folder);
});

/** In the first life within the second save, then within the first that each life makes. */
const withinSaves = [22, 15, 17, 14];

test.each(Object.keys(kinds))("fit survives SIGKILL within four saves with %s", async (kind) => {
  const folder = await makeFolder("kind");
  const { attempts, last } = await survive({
    ...scriptFor({ folder, kind }),
    kills: (attempt) => {
      const fileOperation = withinSaves[attempt - 1];
      return fileOperation === undefined ? undefined : { fileOperation, half: true };
    },
  });
  expect(attempts.filter(({ killed }) => killed)).toHaveLength(withinSaves.length);
  expect(attempts.filter(({ stderr }) => stderr.includes("resumed")).length).toBeGreaterThan(0);
  expect({ exitCode: last.exitCode, stderr: last.stderr }).toMatchObject({ exitCode: 0 });
  await expectUndisturbed(folder, kind);
});
