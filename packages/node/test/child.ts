import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jest } from "@jest/globals";
import { buildSync } from "esbuild";
import { temporaryDirectory } from "./temporary-directory.ts";

// A process starts within half a second; on a machine that is busy, it may take many times that.
jest.setTimeout(120_000);

const workspace = fileURLToPath(new URL("../../..", import.meta.url));

/** How a child process ended, and all that it wrote. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real process that runs one of `test/fixtures`. */
export interface Child {
  readonly process: ChildProcess;
  /** The next line that the child writes to its standard output. */
  nextLine(): Promise<string>;
  readonly ended: Promise<Ending>;
}

export interface ChildOptions {
  /** Modules of `test/fixtures` that are loaded first. */
  readonly preload?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A command that is given the command line of the child as its last arguments. */
  readonly within?: readonly string[];
  /** Runs as a user without privileges, if the tests run as root. */
  readonly unprivileged?: boolean;
}

export function startChild(
  fixture: string,
  args: readonly string[] = [],
  options: ChildOptions = {},
): Child {
  const isNobody = options.unprivileged && process.getuid?.() === 0;
  const command = [
    ...(options.within ?? []),
    process.execPath,
    ...(isNobody ? [bundled(fixture)] : fromSource(fixture, options.preload)),
    ...args,
  ];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: isNobody ? "/" : workspace,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", ...options.env },
    ...(isNobody ? { uid: 65_534, gid: 65_534 } : {}),
  });
  return follow(child);
}

function fromSource(fixture: string, preload: readonly string[] = []): readonly string[] {
  const imports = [
    new URL("../../../.ci/typescript.mjs", import.meta.url).href,
    ...preload.map((module) => fixtureUrl(module).href),
  ];
  return [
    "--conditions=@reprise/source",
    ...imports.flatMap((module) => ["--import", module]),
    fileURLToPath(fixtureUrl(fixture)),
  ];
}

/** All of a fixture in one file that everybody may read, wherever the workspace lies. */
function bundled(fixture: string): string {
  const folder = temporaryDirectory();
  chmodSync(folder, 0o755);
  const outfile = join(folder, "fixture.mjs");
  buildSync({
    entryPoints: [fileURLToPath(fixtureUrl(fixture))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@reprise/source"],
    // What the CommonJS packages in the file expect to find around them.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const __filename = import.meta.filename;',
    },
  });
  return outfile;
}

export function runChild(
  fixture: string,
  args: readonly string[] = [],
  options: ChildOptions = {},
): Promise<Ending> {
  return startChild(fixture, args, options).ended;
}

/**
 * Whether this machine lets a process have namespaces of its own, in which tests mount small and
 * read-only file systems. Says so in one line if not.
 */
export function hasNamespaces(): boolean {
  if (spawnSync("unshare", ["-rm", "true"]).status === 0) return true;
  process.stderr.write("not shown here: this machine does not let tests mount file systems\n");
  return false;
}

/** For {@link ChildOptions.within}: mounts a file system at `path` that only the child sees. */
export function mounting(options: string, path: string): string[] {
  const script = `mount ${options} "$1" && shift && exec "$@"`;
  return ["unshare", "-rm", "bash", "-c", script, "bash", path];
}

function fixtureUrl(name: string): URL {
  return new URL(`./fixtures/${name}`, import.meta.url);
}

function follow(child: ChildProcess): Child {
  const output = { stdout: "", stderr: "" };
  let linesTaken = 0;
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const ended = once(child, "close").then(([code, signal]): Ending => {
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, ...output };
  });
  return {
    process: child,
    ended,
    async nextLine() {
      for (;;) {
        const line = output.stdout.split("\n").slice(0, -1)[linesTaken];
        if (line !== undefined) {
          linesTaken += 1;
          return line;
        }
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`the child ended without another line:\n${output.stderr}`);
        }
        await Promise.race([child.stdout && once(child.stdout, "data"), once(child, "close")]);
      }
    },
  };
}
