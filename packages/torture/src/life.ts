import { type ChildProcess, spawn } from "node:child_process";
import type { TrainingOrder } from "./program/training.ts";
import { resultIn } from "./remains.ts";

/** How one life of the training differs from the plain one. */
export interface LifeOptions extends Omit<TrainingOrder, "folder"> {
  /** A command that is given the command line of the program as its last arguments, such as `strace`. */
  readonly within?: readonly string[];
  /** Variables added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Is given the process when it has started, and each line of its output. */
  readonly onStart?: (child: ChildProcess) => void;
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

/** How a life ended. */
export interface Life {
  /** `null` where a signal ended it; `strace` ends by the signal that ended the program. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly stderr: string;
  /** The step that this life went on from; `undefined` when it did not come that far. */
  readonly from: number | undefined;
  /** What is in `result` after it, if anything. */
  readonly result: string | undefined;
}

/** A life that hangs is lost; the slowest takes a few seconds on a busy machine. */
const patienceMs = 60_000;

/** Starts `program`, a file that Node runs as it is, and follows it to its end. */
export async function live(
  program: string,
  folder: string,
  { within = [], env, onStart, onLine, ...order }: LifeOptions = {},
): Promise<Life> {
  const line = [
    ...within,
    process.execPath,
    program,
    JSON.stringify({ folder, ...order } satisfies TrainingOrder),
  ];
  const [command = "", ...args] = line;
  // A group of its own, so that what a command like strace has started does not outlive it.
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, ...env },
  });
  onStart?.(child);
  let isHanging = false;
  const patience = setTimeout(() => {
    isHanging = true;
    signalGroup(child, "SIGKILL");
  }, patienceMs);
  const lines: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      lines.push(part);
      onLine?.(part, child);
    }
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const end = await new Promise<Pick<Life, "exitCode" | "signal">>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal }));
  }).finally(() => clearTimeout(patience));
  if (isHanging) throw new Error(`The training hangs.\n${lines.join("\n")}\n${stderr}`);
  const from = lines.find((text) => text.startsWith("from "))?.slice(5);
  return {
    ...end,
    lines,
    stderr,
    from: from === undefined ? undefined : Number(from),
    result: await resultIn(folder),
  };
}

/** Sends a signal to a process and all that it has started. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}
