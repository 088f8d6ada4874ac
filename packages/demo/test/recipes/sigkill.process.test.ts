import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { firstDifference } from "@reprise/testing";
import { runScript, survive } from "@reprise/testing/node";
import { RecipeRuns } from "./recipe-runs.ts";

let runs: RecipeRuns;

beforeAll(async () => {
  runs = await RecipeRuns.create();
});

afterAll(() => runs.remove());

test.each(["jax-js", "learning-rate"])(
  "%s survives SIGKILL, in and between its saves",
  async (recipe) => {
    const [whole, killed] = [`${recipe}-whole`, `${recipe}-killed`];
    const { exitCode, stderr } = await runScript(runs.script(recipe, whole));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });

    const { attempts, last } = await survive({
      ...runs.script(recipe, killed),
      kills: (attempt) =>
        attempt <= 4 ? { fileOperation: 18 + 5 * attempt, half: true } : undefined,
    });
    expect(attempts.map((attempt) => attempt.killed)).toEqual([true, true, true, true, false]);
    expect(last.exitCode).toBe(0);
    expect(last.stderr).toContain("resumed");
    expect(
      firstDifference(await runs.resultIn(killed), await runs.resultIn(whole)),
    ).toBeUndefined();
  },
);
