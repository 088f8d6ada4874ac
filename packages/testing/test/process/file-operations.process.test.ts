import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { runScript, type ScriptResult } from "@reprise/testing/node";
import { inTemporaryDirectory } from "../fixtures/temporary-directory.ts";

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

const fixture = (name: string): URL => new URL(`../fixtures/${name}`, import.meta.url);

/** Runs a script that replaces old bytes by new ones, killed at one operation, and reads the rest. */
function replaceOld(
  script: string,
  killAt?: { fileOperation: number; half?: boolean },
): Promise<ScriptResult & { state: string; entries: string[] }> {
  return inTemporaryDirectory(async (directory) => {
    await writeFile(join(directory, "state"), "old".repeat(1000));
    const result = await runScript({
      script: fixture(script),
      args: [directory, "new"],
      directory,
      ...(killAt ? { killAt } : {}),
    });
    const state = await readFile(join(directory, "state"), "utf8");
    return { ...result, state, entries: (await readdir(directory)).toSorted() };
  });
}

/** What `every-file-operation.mjs` does, by its own reading. */
const everyOperation = `
  mkdir sub
  open handle
  write handle: 5 bytes
  write handle: 4 bytes
  write handle: 3 bytes
  write handle: 5 bytes
  write handle: 4 bytes
  truncate handle
  datasync handle
  sync handle
  open file
  write file: 7 bytes
  open file
  write file: 4 bytes
  rename file -> renamed
  rename renamed -> (outside)
  open sync
  write sync: 4 bytes
  write sync: 8 bytes
  write sync: 1 bytes
  truncate sync
  datasync sync
  sync sync
  open sync
  write sync: 4 bytes
  open sync
  write sync: 4 bytes
  truncate sync
  link sync -> link
  symlink (outside) -> symlink
  copyFile sync -> copy
  unlink copy
  rm link
  rmdir sub
  open callback
  write callback: 3 bytes
  sync callback
  open callback
  write callback: 7 bytes
  open callback
  write callback: 4 bytes
  unlink callback
  open stream
  write stream: 6 bytes`
  .trim()
  .split(/\n +/u);

describe("the file operations of a script", () => {
  test("are noted in every form that Node has", () =>
    inTemporaryDirectory(async (directory) => {
      const script = fixture("every-file-operation.mjs");
      const result = await runScript({ script, args: [directory], directory });
      expect(result.stderr).toBe("");
      expect(result).toMatchObject({ exitCode: 0, killed: false });
      expect(result.stdout).toBe("promises\ntrue\nsynchronous\ncallbacks\n3\n");
      expect(result.fileOperations).toEqual(everyOperation);
    }));

  test("are those of all threads, and not those of other processes", () =>
    inTemporaryDirectory(async (directory) => {
      const script = fixture("write-in-threads.mjs");
      const result = await runScript({ script, args: [directory], directory });
      expect(result.fileOperations).toEqual([
        "open main",
        "write main: 4 bytes",
        "open worker",
        "write worker: 6 bytes",
        "open last",
        "write last: 4 bytes",
      ]);
      expect((await readdir(directory)).toSorted()).toEqual(["child", "last", "main", "worker"]);
    }));

  test.each([
    [4, "write worker: 6 bytes", ["main", "worker"]],
    [6, "write last: 4 bytes", ["child", "last", "main", "worker"]],
  ])("are counted over all threads: number %d", (fileOperation, operation, entries) =>
    inTemporaryDirectory(async (directory) => {
      const result = await runScript({
        script: fixture("write-in-threads.mjs"),
        args: [directory],
        directory,
        killAt: { fileOperation },
      });
      expect(result).toMatchObject({ killed: true, signal: "SIGKILL" });
      expect(result.fileOperations.at(-1)).toBe(operation);
      expect((await readdir(directory)).toSorted()).toEqual(entries);
    }),
  );
});

describe("a kill at the n-th file operation", () => {
  const operations = [
    "open state.tmp",
    "write state.tmp: 3000 bytes",
    "sync state.tmp",
    "rename state.tmp -> state",
    "sync .",
  ];

  test("happens before it, and never spoils what is saved by renaming", async () => {
    const whole = await replaceOld("save-by-rename.mjs");
    expect(whole).toMatchObject({ exitCode: 0, killed: false, fileOperations: operations });
    expect(whole).toMatchObject({ state: "new".repeat(1000), entries: ["state"] });
    for (const [index, operation] of operations.entries()) {
      const result = await replaceOld("save-by-rename.mjs", { fileOperation: index + 1 });
      expect(result).toMatchObject({ killed: true, exitCode: null, signal: "SIGKILL", stdout: "" });
      expect(result.fileOperations).toEqual(operations.slice(0, index + 1));
      const isRenamed = operation === "sync .";
      expect(result.state).toBe((isRenamed ? "new" : "old").repeat(1000));
      expect(result.entries).toEqual(isRenamed || index === 0 ? ["state"] : ["state", "state.tmp"]);
    }
  });

  test("beyond the last does not happen, and says so", async () => {
    const result = await replaceOld("save-by-rename.mjs", { fileOperation: 6 });
    expect(result).toMatchObject({ killed: false, exitCode: 0, stdout: "saved\n" });
    expect(result.state).toBe("new".repeat(1000));
  });

  test("catches a script that writes in place: empty, and with half torn", async () => {
    const operation = { fileOperation: 2 };
    const empty = await replaceOld("save-in-place.mjs", operation);
    expect(empty.fileOperations).toEqual(["open state", "write state: 3000 bytes"]);
    expect(empty).toMatchObject({ killed: true, state: "" });
    const torn = await replaceOld("save-in-place.mjs", { ...operation, half: true });
    expect(torn).toMatchObject({ killed: true, state: "new".repeat(500) });
  });

  test("with half writes the first half of a FileHandle's write", () =>
    inTemporaryDirectory(async (directory) => {
      const result = await runScript({
        script: fixture("save-by-rename.mjs"),
        args: [directory, "new"],
        directory,
        killAt: { fileOperation: 2, half: true },
      });
      expect(result.killed).toBe(true);
      expect(await readFile(join(directory, "state.tmp"), "utf8")).toBe("new".repeat(500));
    }));
});
