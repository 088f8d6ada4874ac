import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jest } from "@jest/globals";
import { buildSync } from "esbuild";
import { temporaryDirectory } from "../temporary-directory.ts";

jest.setTimeout(120_000);

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** The lines of JSON that it wrote. */
  readonly lines: readonly Line[];
}

export interface Line {
  readonly type: string;
  readonly message?: string;
  readonly [fact: string]: unknown;
}

/** A program of `fixtures` as its user would deploy it: one file, and beside it that of the thread. */
export interface BundledProgram {
  readonly file: string;
  run(args: readonly string[], options?: RunOptions): Promise<Ending>;
}

interface RunOptions {
  /** For Node itself. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const startLate =
  'import { isMainThread } from "node:worker_threads";' +
  "if (!isMainThread) await new Promise((resolve) => setTimeout(resolve, 500));";

/** Flags by which a thread is not ready when the first save is asked for. */
export const slowThread: readonly string[] = [
  "--import",
  `data:text/javascript,${encodeURIComponent(startLate)}`,
];

export function bundledProgram(fixture: string): BundledProgram {
  const folder = temporaryDirectory();
  buildSync({
    entryPoints: {
      program: fileURLToPath(new URL(`./fixtures/${fixture}`, import.meta.url)),
      "reprise-writer": "@reprise/node/reprise-writer",
    },
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    outdir: folder,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@reprise/source"],
    // What the CommonJS packages in the file expect to find around them.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const __filename = import.meta.filename;',
    },
  });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const file = join(folder, "program.js");
  return { file, run: (args, options) => run(file, args, options) };
}

async function run(
  file: string,
  args: readonly string[],
  { flags = [], env = {} }: RunOptions = {},
): Promise<Ending> {
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  const lines = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line);
  return { code, signal, stderr, lines };
}
