import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const swc = { jsc: { target: "es2022", parser: { syntax: "typescript" } } };
const breakLine = fileURLToPath(new URL("break-line.mjs", import.meta.url));

/** One line of a file that is to be another one. */
export interface LineEdit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Runs the tests in `packages/testing/example` with a jest of their own. */
export function runExample(
  jest: "jest" | "jest-29",
  edit?: LineEdit,
): { readonly status: number | null; readonly output: string; readonly version: string } {
  const require = createRequire(join(root, "package.json"));
  const manifest = require.resolve(`${jest}/package.json`);
  const { version } = require(manifest) as { version: string };
  const config = {
    rootDir: join(root, "packages/testing/example"),
    testMatch: ["<rootDir>/**/*.test.ts"],
    extensionsToTreatAsEsm: [".ts"],
    transform: { "\\.ts$": edit ? [breakLine, { ...swc, ...edit }] : ["@swc/jest", swc] },
    testEnvironmentOptions: { customExportConditions: ["@reprise/source", "node", "node-addons"] },
    testEnvironment: environmentOf(manifest),
    testTimeout: 60_000,
  };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--experimental-vm-modules",
      "--no-warnings",
      join(manifest, "../bin/jest.js"),
      "--config",
      JSON.stringify(config),
      "--runInBand",
      "--colors=false",
    ],
    { cwd: root, encoding: "utf8", env: { ...process.env, CI: "true" } },
  );
  return { status, output: stdout + stderr, version };
}

/** The environment of just this jest: the workspace has several. */
function environmentOf(jest: string): string {
  let from = jest;
  for (const name of ["@jest/core", "jest-config", "jest-environment-node"]) {
    from = createRequire(from).resolve(name);
  }
  return from;
}
