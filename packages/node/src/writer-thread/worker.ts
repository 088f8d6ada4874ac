// The writer's thread: everything of a save but the copy. It hashes, writes, syncs and commits while the
// loop's thread computes, also while that one's event loop is blocked.
import { setImmediate } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { type Saver, saverTo, type TrainingEvent } from "@reprise/core";
import { directoryEntries } from "../directory-entries.ts";
import { kernelPresence } from "../presence.ts";
import { copyError } from "./error-copy.ts";
import { type Answer, ready, type Request } from "./messages.ts";

const savers = new Map<number, Saver>();

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

async function obey(request: Request): Promise<void> {
  const { kind, run } = request;
  if (kind === "open") return open(request);
  if (kind === "close") return void savers.delete(run);
  try {
    const saver = savers.get(run) as Saver;
    const receipt = await saver.save(request.order, (entry, bytes) => {
      answer({ kind: "acknowledged", run, entry, bytes });
    });
    answer({ kind: "saved", run, receipt });
  } catch (error) {
    answer({ kind: "failed", run, error: copyError(error) });
  }
}

function open({ run, directory, frozen }: Extract<Request, { kind: "open" }>): void {
  const store = { ...directoryEntries(directory), presence: kernelPresence(directory) };
  const report = (event: TrainingEvent): void => {
    const { error, ...rest } = event as TrainingEvent & { readonly error?: unknown };
    const copy = error === undefined ? undefined : copyError(error);
    answer({ kind: "event", run, event: rest as TrainingEvent, error: copy });
  };
  savers.set(run, saverTo(store, { frozen, report }, setImmediate));
}

parentPort?.on("message", (request: Request) => void obey(request));
parentPort?.postMessage(ready);
