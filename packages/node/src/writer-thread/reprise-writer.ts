// The writer's thread: everything of a save but the copy. It hashes, writes, syncs and commits while the
// loop's thread computes, also while that one's event loop is blocked.
import { setImmediate } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { type Saver, saverTo, type TrainingEvent } from "@reprise/core";
import { Heart } from "../beat.ts";
import { directoryEntries } from "../directory-entries.ts";
import { kernelPresence } from "../presence.ts";
import { copyError } from "./error-copy.ts";
import { type Answer, ready, type Request } from "./messages.ts";
import { takePart } from "./shared-copy.ts";

interface Run {
  /** Saves that were acknowledged. */
  saves: number;
  readonly saver: Saver;
  readonly heart: Heart;
}

const runs = new Map<number, Run>();

function answer(message: Answer): void {
  parentPort?.postMessage(message, []);
}

async function obey(request: Request): Promise<void> {
  const { kind, run } = request;
  if (kind === "open") return open(request);
  if (kind === "copy") return takePart(request.work);
  const known = runs.get(run) as Run;
  const { heart, saver } = known;
  if (kind === "close") {
    runs.delete(run);
    await heart.stop();
    return answer({ kind: "closed", run });
  }
  try {
    const receipt = await saver.save(request.order, (entry, bytes) => {
      known.saves++;
      answer({ kind: "acknowledged", run, entry, bytes });
    });
    answer({ kind: "saved", run, receipt });
  } catch (error) {
    answer({ kind: "failed", run, error: copyError(error) });
  }
}

function open(request: Extract<Request, { kind: "open" }>): void {
  const { run, directory, fence, frozen } = request;
  const store = { ...directoryEntries(directory), presence: kernelPresence(directory) };
  const report = (event: TrainingEvent): void => {
    const { error, ...rest } = event as TrainingEvent & { readonly error?: unknown };
    const copy = error === undefined ? undefined : copyError(error);
    answer({ kind: "event", run, event: rest as TrainingEvent, error: copy });
  };
  const progress = new Float64Array(request.progress);
  const start = performance.now();
  const heart = new Heart(directory, fence, () => ({
    step: progress[0] ?? 0,
    seconds: (performance.now() - start) / 1000,
    saves: runs.get(run)?.saves ?? 0,
  }));
  runs.set(run, { saves: 0, saver: saverTo(store, { frozen, report }, setImmediate), heart });
}

parentPort?.on("message", (request: Request) => void obey(request));
parentPort?.postMessage(ready, []);
