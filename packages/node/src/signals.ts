import type { Preemption } from "@reprise/core";

const announcements = ["SIGTERM", "SIGINT", "SIGUSR2"] as const;

// A launcher passes on the Ctrl-C that the terminal has already sent to everyone: under npm, one
// keystroke arrives twice within a millisecond. No second thought of a person comes this soon.
const echoMs = 250;

type Notify = (reason: string) => void;

// Of the whole process, since its signals are: several runs share one set of listeners.
const watchers = new Set<{ readonly notify: Notify }>();
let firstSignal: { readonly name: string; readonly atMs: number } | undefined;

/**
 * Takes SIGTERM, SIGINT and SIGUSR2 as notices that the machine will go. The first one is passed on
 * to whoever watches, who saves at the next good moment; a second one ends the process at once, as
 * it would without anybody watching.
 */
export function signals(): Preemption {
  return Object.freeze({ watch, exit });
}

function watch(notify: Notify): () => void {
  // An object of its own, so that one function may watch twice.
  const watcher = { notify };
  if (watchers.size === 0) {
    firstSignal = undefined;
    for (const name of announcements) process.on(name, onSignal);
  }
  watchers.add(watcher);
  return () => {
    if (!watchers.delete(watcher) || watchers.size > 0) return;
    for (const name of announcements) process.off(name, onSignal);
  };
}

function onSignal(name: NodeJS.Signals): void {
  const atMs = performance.now();
  if (firstSignal === undefined) {
    firstSignal = { name, atMs };
    for (const { notify } of watchers) notify(name);
  } else if (firstSignal.name !== name || atMs - firstSignal.atMs > echoMs) {
    process.removeAllListeners(name);
    process.kill(process.pid, name);
  }
}

async function exit(code: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(flush));
  return process.exit(code);
}

/** Resolves when all that was written has left this process; what nobody reads any more is lost. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.writable || stream.writableLength === 0) return resolve();
    stream.on("error", () => resolve());
    stream.write("", () => resolve());
  });
}
