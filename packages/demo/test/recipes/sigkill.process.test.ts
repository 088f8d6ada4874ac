import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { firstDifference } from "@reprise/testing";
import { runScript, type ScriptOptions, survive } from "@reprise/testing/node";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reprise-recipes-"));
});

afterAll(() => rm(folder, { recursive: true }));

function scriptFor(recipe: string, name: string): ScriptOptions {
  return {
    script: new URL("./run-recipe.ts", import.meta.url),
    args: [recipe, join(folder, name)],
    nodeOptions: [
      "--conditions=@reprise/source",
      "--import",
      new URL("../../../../.ci/typescript.mjs", import.meta.url).href,
    ],
    directory: join(folder, name),
  };
}

async function resultIn(name: string): Promise<unknown> {
  return deserialize(await readFile(join(folder, name, "result")));
}

test.each(["jax-js", "learning-rate"])(
  "%s survives SIGKILL, in and between its saves",
  async (recipe) => {
    const whole = await runScript(scriptFor(recipe, `${recipe}-whole`));
    expect({ exitCode: whole.exitCode, stderr: whole.stderr }).toEqual({ exitCode: 0, stderr: "" });

    const { attempts, last } = await survive({
      ...scriptFor(recipe, `${recipe}-killed`),
      kills: (attempt) =>
        attempt <= 4 ? { fileOperation: 9 + 5 * attempt, half: true } : undefined,
    });
    expect(attempts.map(({ killed }) => killed)).toEqual([true, true, true, true, false]);
    expect(last.exitCode).toBe(0);
    expect(last.stderr).toContain("resumed");

    const [killed, undisturbed] = [
      await resultIn(`${recipe}-killed`),
      await resultIn(`${recipe}-whole`),
    ];
    expect(firstDifference(killed, undisturbed)).toBeUndefined();
  },
);
