import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { RaceOrder } from "./race-talk.ts";

/** How a racer ended. */
export interface RacerEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** What a racer says when it comes somewhere; the first word of a line of its output. */
type Milestone = "ready" | "began" | "saved" | "gate" | `gate ${number}` | "completed";

/** A process that races for a run. */
export interface Racer {
  readonly name: string;
  /** The rest of the line by which it says that it came to `milestone` for the first time. */
  reached(milestone: Milestone): Promise<string>;
  /** What comes first: the milestone, or the end of the process. */
  reachedOrEnded(milestone: Milestone): Promise<"reached" | "ended">;
  /** Lets it go on from where it waits. */
  go(): void;
  /** The number of its Node process, here, whatever it is in a namespace of its own. */
  pid(): number;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<RacerEnd>;
}

/** How to start a racer. */
export interface RacerStart {
  readonly order: RaceOrder;
  /** A file that Node runs as it is. */
  readonly program: string;
  /** A command that gets the command line of the racer as its last arguments. */
  readonly within?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export function startRacer(start: RacerStart): Racer {
  const command = [
    ...(start.within ?? []),
    process.execPath,
    start.program,
    JSON.stringify(start.order),
  ];
  const child = spawn(command[0] ?? "", command.slice(1), {
    stdio: ["pipe", "pipe", "pipe"],
    // One thread for all file operations, so that they can be counted.
    env: { ...process.env, NODE_OPTIONS: "", UV_THREADPOOL_SIZE: "1", ...start.env },
  });
  return follow(start.order.name, child, (start.within?.length ?? 0) > 0);
}

function follow(name: string, child: ChildProcess, isWithin: boolean): Racer {
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      child.emit("output");
    });
  }
  // Of one that ended, nobody reads any more.
  child.stdin?.on("error", () => undefined);
  let isOver = false;
  const ended = once(child, "close").then(([exitCode, signal]): RacerEnd => {
    isOver = true;
    child.emit("output");
    return { exitCode, signal, stderr: output.stderr };
  });
  const find = async (milestone: Milestone): Promise<string | undefined> => {
    for (;;) {
      const line = new RegExp(`^${milestone}(?: (.*))?\n`, "m").exec(output.stdout);
      if (line) return line[1] ?? "";
      if (isOver) return undefined;
      await once(child, "output");
    }
  };
  const pid = (): number => (isWithin ? innermost(child.pid ?? 0) : (child.pid ?? 0));
  return {
    name,
    async reached(milestone) {
      const line = await find(milestone);
      if (line !== undefined) return line;
      throw new Error(`${name} ended before it came to "${milestone}":\n${output.stderr}`);
    },
    reachedOrEnded: async (milestone) =>
      (await find(milestone)) === undefined ? "ended" : "reached",
    go: () => child.stdin?.write("go\n"),
    pid,
    signal: (signal) => process.kill(pid(), signal),
    ended,
  };
}

/** The last process of a chain in which each started the next. */
function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ");
  return child ? innermost(Number(child)) : pid;
}
