import { describe, expect, jest, test } from "@jest/globals";
import { runScript } from "@reprise/testing/node";
import { inTemporaryDirectory } from "../fixtures/temporary-directory.ts";

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

const fixture = (name: string): URL => new URL(`../fixtures/${name}`, import.meta.url);

describe("runScript", () => {
  test("runs a script to its end, with its arguments, variables, directory and options", () =>
    inTemporaryDirectory(async (directory) => {
      const result = await runScript({
        script: fixture("show-arguments.mjs"),
        args: ["argument"],
        env: { A: "variable" },
        cwd: directory,
        nodeOptions: ["--no-warnings"],
      });
      expect(result).toEqual({
        exitCode: 3,
        signal: null,
        killed: false,
        stdout: `argument variable ${directory} --no-warnings\n`,
        stderr: "to stderr\n",
        fileOperations: [],
      });
    }));

  test("says that a kill did not happen when the script ended before", async () => {
    const options = { script: fixture("show-arguments.mjs"), args: ["a"] };
    const late = await runScript({ ...options, killAt: { afterMs: 60_000 } });
    expect(late).toMatchObject({ killed: false, exitCode: 3, signal: null });
    const never = await runScript({ ...options, killAt: { whenStdout: /never/u } });
    expect(never).toMatchObject({ killed: false, exitCode: 3, signal: null });
  });

  test.each([[undefined], [{ fileOperation: 1000 }], [{ afterMs: 60_000 }]])(
    "does not take the death of a script by another hand for the kill %j",
    (killAt) =>
      inTemporaryDirectory(async (directory) => {
        const result = await runScript({
          script: fixture("kill-itself.mjs"),
          args: [directory],
          directory,
          ...(killAt ? { killAt } : {}),
        });
        expect(result).toMatchObject({ killed: false, exitCode: null, signal: "SIGKILL" });
        expect(result.fileOperations).toEqual(["open file", "write file: 7 bytes"]);
      }),
  );

  test("kills when stdout matches", async () => {
    const script = fixture("run-for-ever.mjs");
    const result = await runScript({ script, killAt: { whenStdout: /^started$/mu } });
    expect(result).toMatchObject({ killed: true, exitCode: null, signal: "SIGKILL" });
    expect(result.stdout).toBe("started\n");
  });

  test("kills after a time", async () => {
    const result = await runScript({
      script: fixture("run-for-ever.mjs"),
      killAt: { afterMs: 20 },
    });
    expect(result).toMatchObject({ killed: true, exitCode: null, signal: "SIGKILL" });
  });

  test("fails when the script does not end in time", async () => {
    const endless = runScript({ script: fixture("run-for-ever.mjs"), timeoutMs: 300 });
    await expect(endless).rejects.toMatchObject({
      name: "AssertionError",
      message: expect.stringMatching(
        /run-for-ever\.mjs has not ended within 300 ms\.\nstdout: (started\n)?\nstderr: /u,
      ),
    });
  });

  test.each([
    [{ fileOperation: 0 }, "Expected `fileOperation` to be a positive integer, got 0."],
    [{ fileOperation: 1.5 }, "Expected `fileOperation` to be a positive integer, got 1.5."],
    [{ afterMs: -1 }, "Expected `afterMs` to be 0 or more milliseconds, got -1."],
    [{ afterMs: Number.NaN }, "Expected `afterMs` to be 0 or more milliseconds, got NaN."],
  ])("refuses a kill that could never happen: %j", async (killAt, message) => {
    const run = runScript({ script: fixture("run-for-ever.mjs"), directory: ".", killAt });
    await expect(run).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message });
  });

  test("refuses a kill at a file operation of no directory", async () => {
    const script = fixture("run-for-ever.mjs");
    const run = runScript({ script, killAt: { fileOperation: 1 } });
    await expect(run).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});
