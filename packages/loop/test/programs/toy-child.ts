import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleProgram } from "../../../torture/src/bundle-program.ts";
import type { ToyOrder } from "./toy-process.ts";

/** How a process ended, and all that it wrote. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Lines of its standard output. */
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** A living process of the toy. */
export interface ToyChild {
  readonly process: ChildProcess;
  readonly ended: Promise<Ending>;
  /** Resolves when the output of the process matches; rejects if it ends without. */
  says(wanted: RegExp): Promise<void>;
  /** Lets a process go on that waits. */
  go(): void;
}

/** A folder of temporary files, with the program of the toy in it. */
export interface Workshop {
  readonly script: string;
  /** A new, empty folder for one run. */
  makeFolder(): Promise<string>;
  /** Starts the toy; `within` is a command that is given the command line as its last arguments. */
  start(order: ToyOrder, within?: readonly string[]): ToyChild;
  run(order: ToyOrder, within?: readonly string[]): Promise<Ending>;
  close(): Promise<void>;
}

/** Makes one file of the program, so that hundreds of its lives start in a few milliseconds each. */
export async function openWorkshop(): Promise<Workshop> {
  const parent = await mkdtemp(join(tmpdir(), "reprise-loop-"));
  const script = join(parent, "toy.mjs");
  const program = new URL("./toy-process.ts", import.meta.url);
  await bundleProgram(program, script, ["@reprise/source"]);
  const children = new Set<ToyChild>();
  const start: Workshop["start"] = (order, within = []) => {
    const child = follow([...within, process.execPath, script, JSON.stringify(order)]);
    children.add(child);
    return child;
  };
  return {
    script,
    start,
    makeFolder: () => mkdtemp(join(parent, "run-")),
    run: (order, within) => start(order, within).ended,
    async close() {
      for (const { process: child } of children) child.kill("SIGKILL");
      await Promise.all([...children].map(({ ended }) => ended));
      await rm(parent, { recursive: true });
    },
  };
}

function follow([command = "", ...args]: readonly string[]): ToyChild {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const linesOf = (): string[] => output.stdout.split("\n").slice(0, -1);
  const ended = once(child, "close").then(([exitCode, signal]): Ending => {
    return {
      exitCode: exitCode as number | null,
      signal: signal as NodeJS.Signals | null,
      lines: linesOf(),
      stderr: output.stderr,
    };
  });
  return {
    process: child,
    ended,
    async says(wanted) {
      while (output.stdout.search(wanted) === -1) {
        if (child.stdout.readableEnded) {
          throw new Error(`The toy ended without ${wanted}.\n${output.stdout}${output.stderr}`);
        }
        await Promise.race([once(child.stdout, "data"), once(child.stdout, "end")]);
      }
    },
    go: () => void child.stdin.write("go\n"),
  };
}
