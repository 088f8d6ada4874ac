import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type KillOrder, killOrderVariable } from "./kill-order.ts";
import { checkKillPoint, type KillPoint } from "./kill-point.ts";
import { superviseChild } from "./supervise-child.ts";

/** How to start a script with Node, as a process of its own. */
export interface ScriptOptions {
  /** The file to run. */
  readonly script: string | URL;
  readonly args?: readonly string[];
  /** Variables added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default the working directory of this process */
  readonly cwd?: string;
  /** Options of Node itself, such as `["--import", "tsx"]`. */
  readonly nodeOptions?: readonly string[];
  /** The directory whose file operations are noted and can be killed at. */
  readonly directory?: string;
  readonly killAt?: KillPoint;
  /**
   * After how many milliseconds a script that has not ended fails the test.
   * @default 30_000
   */
  readonly timeoutMs?: number;
}

/** How a script ended, and what it did. */
export interface ScriptResult {
  /** `null` where a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the kill that was asked for happened; the process may have ended before. */
  readonly killed: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /**
   * The operations on `directory` in their order, such as `rename a.tmp -> a`. Of a process that was
   * killed at one of them, that one is the last, and was not executed.
   */
  readonly fileOperations: readonly string[];
}

/**
 * Runs a script to its end, or kills it where `killAt` says. Rejects with an `AssertionError` when it
 * has not ended in time, and with `INVALID_ARGUMENT` for a kill that could never happen.
 */
export async function runScript(options: ScriptOptions): Promise<ScriptResult> {
  const { directory, killAt } = options;
  if (killAt) checkKillPoint(killAt, directory);
  if (directory === undefined) return run(options, undefined);
  const folder = await mkdtemp(join(tmpdir(), "reprise-testing-"));
  try {
    const journal = join(folder, "journal");
    await writeFile(journal, "");
    const operation = killAt && "fileOperation" in killAt ? killAt : {};
    return await run(options, {
      directory: resolve(options.cwd ?? "", directory),
      journal,
      ...operation,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function run(options: ScriptOptions, order: KillOrder | undefined): Promise<ScriptResult> {
  const { timeoutMs = 30_000 } = options;
  const orders = order ? { [killOrderVariable]: JSON.stringify(order) } : {};
  const { wasKilled, timedOut, ...end } = await superviseChild(argumentsOf(options, order), {
    env: { ...process.env, ...options.env, ...orders },
    cwd: options.cwd,
    killAt: options.killAt,
    timeoutMs,
  });
  if (timedOut) {
    const output = `stdout: ${end.stdout}\nstderr: ${end.stderr}`;
    assert.fail(`${String(options.script)} has not ended within ${timeoutMs} ms.\n${output}`);
  }
  const fileOperations = order ? await readJournal(order.journal) : [];
  const diedAtOperation = fileOperations.length === order?.fileOperation;
  const killed = end.signal === "SIGKILL" && (wasKilled || diedAtOperation);
  return { ...end, killed, fileOperations };
}

function argumentsOf(options: ScriptOptions, order: KillOrder | undefined): string[] {
  const script = options.script instanceof URL ? fileURLToPath(options.script) : options.script;
  const preload = order ? preloadKillAt() : [];
  return [...preload, ...(options.nodeOptions ?? []), script, ...(options.args ?? [])];
}

// From the sources, where Node cannot read TypeScript by itself, the preloaded file needs a loader,
// and needs it in every thread.
function preloadKillAt(): string[] {
  const isSource = import.meta.url.endsWith(".ts");
  const killAt = new URL(isSource ? "./kill-at.ts" : "./kill-at.js", import.meta.url).href;
  if (!isSource || Reflect.get(process.features, "typescript")) return ["--import", killAt];
  const tsx = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const loader = `import { register } from ${tsx}; register();`;
  return ["--import", `data:text/javascript,${encodeURIComponent(loader)}`, "--import", killAt];
}

async function readJournal(journal: string): Promise<string[]> {
  const text = await readFile(journal, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as string);
}
