import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import {
  type CheckpointStore,
  openLedger,
  saverTo,
  type Preemption,
  RepriseError,
} from "@reprise/core";
import { directoryEntries } from "./directory-entries.ts";
import { exitWithCodeOfUncaughtError } from "./exit-code.ts";
import { surviveFileSizeLimit } from "./file-size-limit.ts";
import { kernelPresence } from "./presence.ts";
import { signals } from "./signals.ts";
import { openThreadSaver } from "./writer-thread/thread-saver.ts";

const methods = ["list", "read", "create", "remove"] as const;

/** How a {@link directory} store behaves. */
export interface DirectoryOptions {
  /**
   * Whether SIGTERM, SIGINT and SIGUSR2 are notices to save and leave; `false` leaves them alone.
   * @default signals()
   */
  readonly preemption?: false;
  /**
   * After how many seconds without a sign of life a holder is taken over of which nothing else can be
   * known, such as one on another machine that shares this directory. At least 3.
   * @default 30
   */
  readonly takeOverAfter?: number;
}

/**
 * Keeps checkpoints in the directory at `path`, as in `directory("./backup")`; it is created when the
 * first checkpoint is. A relative path means the working directory at the time of this call. One
 * directory belongs to one run. Throws `INVALID_ARGUMENT` for anything but a path.
 */
export function directory(path: string, options: DirectoryOptions = {}): CheckpointStore {
  const root = resolve(checkPath(path));
  const preemption = readPreemption(options);
  surviveFileSizeLimit();
  exitWithCodeOfUncaughtError();

  const { make, createLate, ...entries } = directoryEntries(root);
  const presence = kernelPresence(root, readTakeOverAfter(options));
  return Object.freeze({
    ...entries,
    presence: Object.freeze({
      ...presence,
      async claiming<T>(claim: () => Promise<T>) {
        // A new run, which may well find that its directory was removed after the last one. If it
        // cannot be made, the claim says so better.
        await make().catch(() => undefined);
        return presence.claiming(claim);
      },
    }),
    openLedger,
    openSaver: (saving) => {
      // Whoever has put something around this store means it for each save.
      const isBare = methods.every((name) => saving.store[name] === entries[name]);
      if (!isBare) return saverTo(saving.store, saving, setImmediate);
      return openThreadSaver(root, { ...entries, createLate, presence }, saving);
    },
    ...(preemption && { preemption }),
  } satisfies CheckpointStore);
}

function checkPath(path: unknown): string {
  if (
    typeof path === "string" &&
    path !== "" &&
    !path.includes("\0") &&
    !path.startsWith("file:")
  ) {
    return path;
  }
  const found = typeof path === "string" ? JSON.stringify(path) : String(path);
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `directory() expects the path of a directory, as in directory("./backup"), and got ${found}. ` +
      "A URL becomes a path by fileURLToPath(url) of node:url.",
    { details: { path } },
  );
}

/** Less than a few beats would take a busy machine for a dead one. */
const leastSilence = 3;

function readTakeOverAfter({ takeOverAfter }: DirectoryOptions): { takeOverAfter?: number } {
  if (takeOverAfter === undefined) return {};
  if (Number.isFinite(takeOverAfter) && takeOverAfter >= leastSilence) return { takeOverAfter };
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `\`takeOverAfter\` of directory() is a number of seconds, at least ${leastSilence}, and not ` +
      `${String(takeOverAfter)}. A holder that is seen to live is never taken over.`,
    { details: { takeOverAfter } },
  );
}

function readPreemption({ preemption }: { readonly preemption?: unknown }): Preemption | undefined {
  if (preemption === undefined) return signals();
  if (preemption === false) return undefined;
  throw new RepriseError(
    "INVALID_ARGUMENT",
    "`preemption` of directory() may only be false, which leaves signals to the program. Leave it " +
      "out to have SIGTERM, SIGINT and SIGUSR2 watched.",
    { details: { preemption } },
  );
}
