import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { LedgerAttempt } from "@reprise/loop";
import { isTime, type PlannedKill } from "./kill-plan.ts";
import type { Message } from "./messages.ts";
import type { Training } from "./plan.ts";

/** One life of the training process. */
export interface Attempt {
  /** The step it went on from. */
  readonly from: number;
  /** The last step it was seen to do. */
  readonly to: number;
  /** How it ended, such as `SIGKILL in a save` or `completed`. */
  readonly endedBy: string;
  readonly killed: boolean;
  /** What its ledger says of all attempts, if it came so far. */
  readonly ledger: readonly LedgerAttempt[];
}

/** What a training is started with. */
export interface Order {
  readonly training: Training;
  readonly backup: string;
  readonly result: string;
}

export interface AttemptOptions extends Order {
  readonly kill: PlannedKill | undefined;
  readonly onProgress: (now: { readonly step: number; readonly epoch: number }) => void;
}

/** The command of the training: the same at every start. */
export function command({ training, backup, result }: Order): string[] {
  return [...process.execArgv, training.program, backup, result];
}

/** Starts the training and watches it until it ends, by itself or by the kill. */
export async function attempt(options: AttemptOptions): Promise<Attempt> {
  const { kill } = options;
  const child = spawn(process.execPath, command(options), { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });

  let from: number | undefined;
  let to = 0;
  let isStruck = false;
  let reason = "";
  let ledger: readonly LedgerAttempt[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = parse(line);
    if (message?.kind === "began") to = from = message.step;
    if (message?.kind === "ended") ({ reason } = message);
    if (message?.kind === "ledger") ledger = message.attempts;
    if (message?.kind !== "progress") continue;
    to = message.step;
    options.onProgress(message);
    if (kill && !isStruck && isTime(kill, message)) {
      isStruck = true;
      setTimeout(() => child.kill("SIGKILL"), kill.delayMs);
    }
  }

  const { code, signal } = await ended;
  const killed = signal === "SIGKILL" && isStruck;
  if (!killed && code !== 0) {
    throw new Error(
      `The training ended with ${signal ?? `exit code ${code}`}; see its message above.`,
    );
  }
  const endedBy = killed ? `SIGKILL in ${sceneOf(kill)}` : `completed: ${reason}`;
  return { from: from ?? to, to, endedBy, killed, ledger };
}

/** A line may be cut by the kill; it then is no message. */
function parse(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}

function sceneOf(kill: PlannedKill | undefined): string {
  if (kill?.scene === "save") return "a save";
  return kill?.scene === "validation" ? "a validation" : "an epoch";
}
