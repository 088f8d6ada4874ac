import { existsSync, readlinkSync } from "node:fs";
import { readFile, readlink } from "node:fs/promises";
import { isSystemError } from "./store-error.ts";

/** A thread as the kernel knows it: no other thread ever has the same of all these. */
export interface KernelThread {
  /** Drawn by the kernel at each boot. */
  readonly bootId: string;
  /** Process and thread numbers have a meaning only within their namespace, such as a container. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** The number of the thread in the kernel; that of the main thread is the pid. */
  readonly tid: number;
  /** When the thread started, in clock ticks after the boot: tells it from a later one of its number. */
  readonly startTime: number;
}

/** What the kernel says of a thread now. */
export type ThreadStatus =
  | { readonly kind: "exists"; readonly startTime: number; readonly hasEnded: boolean }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

/** The calling thread, or `undefined` where the kernel does not tell: macOS, Windows, no `/proc`. */
export async function currentThread(): Promise<KernelThread | undefined> {
  try {
    // Synchronous, since an asynchronous call runs in another thread.
    const [pid, tid] = readlinkSync("/proc/thread-self").split("/task/").map(Number);
    // A `/proc` of another pid namespace speaks of processes that are not ours.
    if (pid !== process.pid || tid === undefined) return undefined;
    const [bootId, pidNamespace, status] = await Promise.all([
      readFile("/proc/sys/kernel/random/boot_id", "latin1"),
      readlink("/proc/self/ns/pid"),
      threadStatus(pid, tid),
    ]);
    if (status.kind !== "exists") return undefined;
    return { bootId: bootId.trim(), pidNamespace, pid, tid, startTime: status.startTime };
  } catch {
    return undefined;
  }
}

/** Looks a thread of this pid namespace up. */
export async function threadStatus(pid: number, tid: number): Promise<ThreadStatus> {
  try {
    const stat = parseStat(await readFile(`/proc/${pid}/task/${tid}/stat`, "latin1"));
    return stat === undefined ? { kind: "unknown" } : { kind: "exists", ...stat };
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ESRCH")) return { kind: "unknown" };
    return { kind: isShown(pid) || !isRunning(pid) ? "absent" : "unknown" };
  }
}

/**
 * Reads the state and the start time from the text of a `stat` file in `/proc`. The second field is
 * the name of the program in parentheses, in which anything may stand, so fields are counted from the
 * last parenthesis on.
 */
export function parseStat(text: string): { startTime: number; hasEnded: boolean } | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const state = fields[0] ?? "";
  const startTime = Number(fields[19]);
  if (!/^[A-Za-z]$/.test(state) || !Number.isSafeInteger(startTime)) return undefined;
  // Z has ended and waits for its parent to notice; X is about to vanish.
  return { startTime, hasEnded: /^[ZXx]$/.test(state) };
}

function isShown(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** Also of processes that `/proc` does not show, as it hides those of others under `hidepid`. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !isSystemError(error, "ESRCH");
  }
}
