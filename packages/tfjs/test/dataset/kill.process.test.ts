import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { firstDifference } from "@reprise/testing";
import { runScript, type ScriptOptions, survive } from "@reprise/testing/node";
import { trainings } from "./trainings.ts";

let base: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "reprise-tfjs-dataset-"));
});

afterAll(() => rm(base, { recursive: true }));

function scriptFor(name: string, folder: string): ScriptOptions {
  return {
    script: new URL("./train-dataset.ts", import.meta.url),
    args: [name, folder],
    nodeOptions: [
      "--conditions=@reprise/source",
      "--import",
      new URL("../../../../.ci/typescript.mjs", import.meta.url).href,
    ],
    directory: folder,
  };
}

async function outcomeIn(folder: string): Promise<unknown> {
  return deserialize(await readFile(join(folder, "outcome")));
}

const kills = 9;

test.each(Object.keys(trainings))("%s survives SIGKILL, in and between its saves", async (name) => {
  const folders = ["undisturbed", "killed"].map((it) => join(base, `${name} ${it}`));
  const [undisturbed = "", killed = ""] = folders;
  const whole = await runScript(scriptFor(name, undisturbed));
  expect({ exitCode: whole.exitCode, stderr: whole.stderr }).toEqual({
    exitCode: 0,
    stderr: expect.any(String),
  });

  const { attempts, last } = await survive({
    ...scriptFor(name, killed),
    // In one life at an operation of its first save, in the next at one of its second, and so on.
    kills: (attempt) =>
      attempt <= kills
        ? { fileOperation: 17 + (attempt % 3) * 5 + attempt, half: true }
        : undefined,
  });
  expect(attempts.filter((attempt) => attempt.killed)).toHaveLength(kills);
  expect({ exitCode: last.exitCode, stderr: last.stderr }).toEqual({
    exitCode: 0,
    stderr: expect.any(String),
  });
  expect(last.stderr).toContain("resumed");
  expect(firstDifference(await outcomeIn(killed), await outcomeIn(undisturbed))).toBeUndefined();
  expect((await readdir(join(killed, "backup"))).join()).toMatch(/^lease-\d+\.json$/);
});
