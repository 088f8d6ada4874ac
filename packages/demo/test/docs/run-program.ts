import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Where the packages that the docs import are found by node and by jest, and git does not look.
const home = fileURLToPath(new URL("../../temp/", import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/**
 * Runs a TypeScript program of the docs in an empty directory, as a user who copied it would; one that
 * imports jest is run by it.
 */
export async function runProgram(code: string): Promise<Ended> {
  await mkdir(home, { recursive: true });
  const source = await mkdtemp(home);
  const cwd = await mkdtemp(join(tmpdir(), "reprise-docs-"));
  try {
    const isTest = code.includes('from "@jest/globals"');
    const program = join(source, isTest ? "program.test.ts" : "program.mts");
    await writeFile(program, code);
    return await run(isTest ? jestOn(source) : programAt(program), cwd);
  } finally {
    await rm(source, { recursive: true, force: true });
    await rm(cwd, { recursive: true, force: true });
  }
}

function programAt(path: string): readonly string[] {
  return [
    "--conditions=@reprise/source",
    "--import",
    new URL("../../../../.ci/typescript.mjs", import.meta.url).href,
    path,
  ];
}

function jestOn(folder: string): readonly string[] {
  const root = fileURLToPath(new URL("../../../..", import.meta.url));
  const config = {
    rootDir: folder,
    testTimeout: 60_000,
    testEnvironment: join(root, "packages/testing/node-environment.mjs"),
    testEnvironmentOptions: { customExportConditions: ["@reprise/source", "node", "node-addons"] },
    extensionsToTreatAsEsm: [".ts"],
    transform: {
      "\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }],
    },
  };
  const jest = join(root, "node_modules/jest/bin/jest.js");
  const options = ["--config", JSON.stringify(config), "--runInBand"];
  return ["--experimental-vm-modules", "--no-warnings", jest, ...options];
}

async function run(args: readonly string[], cwd: string): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exitCode, stderr };
}
