import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { randomKills, survive, type SurviveOptions } from "@reprise/testing/node";
import { inTemporaryDirectory } from "../fixtures/temporary-directory.ts";

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

/** The TypeScript loop that counts to ten, in `directory`. */
function countToTen(directory: string, ...args: string[]): Omit<SurviveOptions, "kills"> {
  return {
    script: new URL("../fixtures/count-to-ten.ts", import.meta.url),
    args: [directory, ...args],
    nodeOptions: ["--import", new URL("../../../../.ci/typescript.mjs", import.meta.url).href],
    directory,
  };
}

describe("survive", () => {
  test("starts again after each kill until the script ends by itself", () =>
    inTemporaryDirectory(async (directory) => {
      const { attempts, last } = await survive({
        ...countToTen(directory),
        kills: (attempt) => (attempt <= 3 ? { fileOperation: 3 * attempt } : undefined),
      });
      expect(attempts.map(({ killed, exitCode }) => [killed, exitCode])).toEqual([
        [true, null],
        [true, null],
        [true, null],
        [false, 0],
      ]);
      expect(attempts.map(({ stdout }) => stdout.split("\n")[0])).toEqual([
        "from 0",
        "from 0",
        "from 1",
        "from 3",
      ]);
      expect(last).toBe(attempts[3]);
      expect(await readFile(join(directory, "step"), "utf8")).toBe("10");
    }));

  test("takes exit code 75 for the wish to be started again", () =>
    inTemporaryDirectory(async (directory) => {
      const { attempts } = await survive({
        ...countToTen(directory, "pause"),
        kills: () => undefined,
      });
      expect(attempts.map(({ exitCode }) => exitCode)).toEqual([75, 75, 75, 0]);
    }));

  test("ends with any other exit code, and tells of a kill that came too late", async () => {
    const { attempts } = await survive({
      script: new URL("../fixtures/show-arguments.mjs", import.meta.url),
      kills: () => ({ afterMs: 60_000 }),
    });
    expect(attempts).toMatchObject([
      { exitCode: 3, killed: false, killAt: { afterMs: 60_000 }, stderr: "to stderr\n" },
    ]);
  });

  test("fails when the script makes no progress", () =>
    inTemporaryDirectory(async (directory) => {
      const started: number[] = [];
      const endless = survive({
        ...countToTen(directory),
        kills(attempt) {
          started.push(attempt);
          return { fileOperation: 1 };
        },
        maxAttempts: 2,
      });
      await expect(endless).rejects.toMatchObject({
        name: "AssertionError",
        message: expect.stringMatching(/count-to-ten\.ts has not ended in 2 attempts/u),
      });
      expect(started).toEqual([1, 2]);
    }));

  test("brings a loop through random kills to the same end", () =>
    inTemporaryDirectory(async (directory) => {
      const { last } = await survive({
        ...countToTen(directory),
        kills: (attempt) =>
          attempt <= 4 ? randomKills(7, { fromMs: 50, toMs: 300 })(attempt) : undefined,
      });
      expect(last.exitCode).toBe(0);
      expect(await readFile(join(directory, "step"), "utf8")).toBe("10");
    }));
});

function times(seed: number): readonly unknown[] {
  const kills = randomKills(seed, { fromMs: 10, toMs: 20 });
  return Array.from({ length: 1000 }, (_, index) => kills(index + 1));
}

describe("randomKills", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(times(1)).toEqual(times(1));
    expect(times(1)).not.toEqual(times(2));
  });

  test("fills the span evenly", () => {
    const tenths = new Map<number, number>();
    for (const kill of times(42)) {
      const { afterMs } = kill as { afterMs: number };
      expect(afterMs >= 10 && afterMs < 20).toBe(true);
      tenths.set(Math.floor(afterMs), (tenths.get(Math.floor(afterMs)) ?? 0) + 1);
    }
    expect(tenths.size).toBe(10);
    expect([...tenths.values()].filter((count) => count < 60 || count > 140)).toEqual([]);
  });
});
