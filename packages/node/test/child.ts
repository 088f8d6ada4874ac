import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { jest } from "@jest/globals";

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
  const command = [
    ...(options.within ?? []),
    process.execPath,
    "--conditions=@reprise/source",
    "--import",
    "tsx",
    ...(options.preload ?? []).flatMap((module) => ["--import", fixtureUrl(module).href]),
    fileURLToPath(fixtureUrl(fixture)),
    ...args,
  ];
  const isRoot = process.getuid?.() === 0;
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: workspace,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", ...options.env },
    ...(options.unprivileged && isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
  return follow(child);
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
