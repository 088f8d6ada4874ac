import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { runScript, survive } from "@reprise/testing/node";
import { kinds } from "./models.ts";
import { hookCalls } from "./programs/train-order.ts";
import { Survivors } from "./survivors.ts";
import { TrainProgram } from "./train-program.ts";

jest.setTimeout(240_000);

let program: TrainProgram;
const usual = "dropout and validation";

beforeAll(async () => {
  program = await TrainProgram.build();
});

afterAll(() => program.remove());

test("fit survives SIGKILL at every file operation of the claim and of the first saves", async () => {
  const folder = await program.makeFolder("operations");
  const { attempts, last } = await survive({
    ...program.scriptFor({ folder, kind: usual }),
    kills: (attempt) =>
      attempt <= 40 ? { fileOperation: attempt, half: attempt % 2 === 0 } : undefined,
  });
  expect(attempts.filter(({ killed }) => killed)).toHaveLength(40);
  expect(last.exitCode).toBe(0);
  // Lives whose claim was through have gone on where the one before was.
  expect(attempts.filter(({ stderr }) => stderr.includes("resumed")).length).toBeGreaterThan(5);
  await program.expectUndisturbed(folder, usual);
});

test("fit survives SIGKILL in every hook", async () => {
  const folder = await program.makeFolder("hooks");
  for (const killIn of hookCalls) {
    const { signal } = await runScript(program.scriptFor({ folder, kind: usual, killIn }));
    expect({ killIn, signal }).toEqual({ killIn, signal: "SIGKILL" });
  }
  const { exitCode, stderr } = await runScript(program.scriptFor({ folder, kind: usual }));
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  await program.expectUndisturbed(folder, usual);
});

/** In the first life within the second save, then within the first that each life makes. */
const withinSaves = [31, 26, 28].map((fileOperation) => ({
  killAt: { fileOperation, half: true },
}));

describe("fit survives SIGKILL within three saves", () => {
  let survivors: Survivors;

  beforeAll(() => {
    survivors = new Survivors(program);
  });

  test.each(Object.keys(kinds))("with %s", (kind) => survivors.kill(kind, withinSaves));

  test("and comes to the same bits with each of them", () => survivors.expectUndisturbed());
});
