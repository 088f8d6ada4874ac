import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Racer } from "./racer.ts";

/** One system call of the thread that does a racer's file operations. */
export interface ThreadCall {
  readonly name: string;
  /** Which call of this name it is, from 1, since the thread was watched. */
  readonly nth: number;
  /** The call as strace shows it. */
  readonly text: string;
}

/** Where a thread is to be stopped. */
export interface StopPoint extends Pick<ThreadCall, "name" | "nth"> {
  /** What the call is about, without what differs from one process to the next. */
  readonly about: string;
  /** What the call returned, as in `= 307`. */
  readonly returned: number;
}

// The calls by which a process sees what others did, or shows them what it did, on all architectures.
const watchedCalls = [
  "mkdir,mkdirat,rmdir,link,linkat,unlink,unlinkat,rename,renameat,renameat2",
  "openat,read,pread64,preadv,getdents64,statx,statfs,utimensat",
  "write,pwrite64,pwritev,fsync,fdatasync",
];

/** A thread under watch. */
export interface WatchedThread {
  /** Whether the process was stopped where it was to be; `false` when elsewhere, or not before `past`. */
  stopped(past: Promise<unknown>): Promise<boolean>;
  /** Whether the call at which something was to happen was made, by now, and was the one meant. */
  wasStruck(): boolean;
  /** The calls seen up to now. */
  calls(): ThreadCall[];
}

/**
 * Watches the thread in which `racer`, which must be ready, does its file operations. With `strike`,
 * something happens at one call: by default the whole process is stopped as by SIGSTOP, right after it.
 */
export async function watchFileThread(
  racer: Racer,
  folder: string,
  strike?: StopPoint,
  effect = "signal=SIGSTOP",
): Promise<WatchedThread> {
  const log = join(folder, `strace-${racer.name}`);
  const [thread = ""] = (await racer.reached("ready")).split(" ");
  const inject = strike ? ["-e", `inject=${strike.name}:${effect}:when=${strike.nth}`] : [];
  // With a question mark, strace puts up with a call that this architecture does not have.
  const optional = `?${watchedCalls.join(",").replaceAll(",", ",?")}`;
  const options = ["-y", "-s", "16", "-o", log, "-e", `trace=${optional}`, ...inject];
  await attachStrace(hereOf(racer.pid(), thread), options);
  const text = (): string => (existsSync(log) ? readFileSync(log, "utf8") : "");
  return {
    async stopped(past) {
      let isPast = false;
      void past.then(() => (isPast = true));
      while (!text().includes("--- stopped by SIGSTOP ---")) {
        if (isPast) return false;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const last = countCalls(text().split("--- SIGSTOP")[0] ?? "").at(-1);
      return last !== undefined && aboutOf(last.text, folder) === strike?.about;
    },
    wasStruck() {
      const struck = countCalls(text()).find((call) => {
        return call.name === strike?.name && call.nth === strike.nth;
      });
      return struck !== undefined && aboutOf(struck.text, folder) === strike?.about;
    },
    calls: () => countCalls(text()),
  };
}

/** Resolves once strace, with these options, holds a process or thread. It ends with it. */
export async function attachStrace(target: string, options: readonly string[]): Promise<void> {
  const strace = spawn("strace", ["-p", target, ...options], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    strace.once("error", reject);
    strace.once("close", () => reject(new Error(`strace could not watch: ${said}`)));
    strace.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes(" attached")) resolve();
    });
  });
}

/**
 * The calls after which another process may find `folder` as no call before left it, or after which
 * this one has seen what was there: a stop after any other call is the same as one after these.
 */
export function stopPoints(calls: readonly ThreadCall[], folder: string): StopPoint[] {
  return calls
    .filter(({ text }) => !text.includes("AT_EMPTY_PATH") && !text.includes(" 0 entries "))
    .map(({ name, nth, text }) => {
      const returned = Number(/ = (\d+)/.exec(text)?.[1]);
      return { name, nth, about: aboutOf(text, folder), returned };
    })
    .filter(({ about }) => about !== "");
}

/** The paths in `folder` that a call names, and those of the kernel's facts about a holder. */
function aboutOf(text: string, folder: string): string {
  const paths = text.match(/[^"<>]*\/[^"<>]*/g) ?? [];
  return [...new Set(paths)]
    .filter((path) => path.startsWith(folder) || /^\/proc\/\d+\/task\/\d+\/stat$/.test(path))
    .map((path) => path.slice(path.startsWith(folder) ? folder.length + 1 : 0) || ".")
    .map((path) => path.replace(/[0-9a-f]{16}\.tmp$/, "tmp").replaceAll(/\d{2,}/g, "N"))
    .join(" ");
}

/** The calls in what strace wrote of one thread. */
export function countCalls(text: string): ThreadCall[] {
  const counts = new Map<string, number>();
  const calls: ThreadCall[] = [];
  for (const line of text.split("\n")) {
    const name = /^([a-z0-9_]+)\(/.exec(line)?.[1];
    if (name === undefined) continue;
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    calls.push({ name, nth, text: line });
  }
  return calls;
}

/** The number here of a thread that calls itself `12/task/17`, maybe in a namespace of its own. */
function hereOf(pid: number, thread: string): string {
  const inner = thread.slice(thread.lastIndexOf("/") + 1);
  const found = readdirSync(`/proc/${pid}/task`).find((tid) => {
    const status = readFileSync(`/proc/${pid}/task/${tid}/status`, "latin1");
    return /^NSpid:.*?(\d+)$/m.exec(status)?.[1] === inner;
  });
  if (found === undefined) throw new Error(`process ${pid} has no thread ${inner}`);
  return found;
}
