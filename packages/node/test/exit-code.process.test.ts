import { expect, test } from "@jest/globals";
import { runChild } from "./child.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const path = temporaryDirectory();

test.each([
  ["topLevelAwait", "RUN_ACTIVE", 75],
  ["topLevelAwait", "SUPERSEDED", 78],
  ["topLevelAwait", "STORE_FULL", 1],
  ["unhandledRejection", "RUN_ACTIVE", 75],
  ["timer", "CHECKPOINT_MISSING", 78],
  ["ordinary", "RUN_ACTIVE", 1],
])("%s: an uncaught %s ends the process with %i and is printed", async (mode, code, exitCode) => {
  const ending = await runChild("throw-error.ts", [mode, path, code]);
  expect(ending.code).toBe(exitCode);
  expect(ending.stderr).toContain("somebody else trains here");
});

test.each([
  ["caught", 0],
  ["handled", 0],
  ["ownExitCode", 4],
])("%s: a program that handles errors itself keeps the last word", async (mode, exitCode) => {
  const ending = await runChild("throw-error.ts", [mode, path]);
  expect(ending.code).toBe(exitCode);
});
