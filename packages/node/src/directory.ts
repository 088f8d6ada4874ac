import { existsSync } from "node:fs";
import { readdir, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type ByteRange,
  type CheckpointStore,
  parseEntryName,
  type Preemption,
  RepriseError,
} from "@reprise/core";
import { createEntry } from "./create-entry.ts";
import { exitWithCodeOfUncaughtError } from "./exit-code.ts";
import { surviveFileSizeLimit } from "./file-size-limit.ts";
import { makeDirectory } from "./make-directory.ts";
import { kernelPresence } from "./presence.ts";
import { readEntry } from "./read-entry.ts";
import { signals } from "./signals.ts";
import { isSystemError, storeError } from "./store-error.ts";
import { syncDirectory } from "./sync-directory.ts";

/** How a {@link directory} store behaves. */
export interface DirectoryOptions {
  /**
   * Whether SIGTERM, SIGINT and SIGUSR2 are notices to save and leave; `false` leaves them alone.
   * @default signals()
   */
  readonly preemption?: false;
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

  let made: Promise<void> | undefined;
  const make = async (): Promise<void> => {
    made ??= makeDirectory(root);
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw storeError(error, "Cannot create the directory", root);
    }
  };
  const presence = kernelPresence(root);

  return Object.freeze({
    description: `directory ${root}`,
    supports: Object.freeze({ durable: true }),

    async list() {
      try {
        return await readdir(root);
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return [];
        throw storeError(error, "Cannot list the directory", root);
      }
    },

    async read(name: string, range?: ByteRange) {
      return readEntry(root, checkName(name), range);
    },

    // Somebody may have removed the directory under a running training. Its state is now the only
    // copy, so it is made again; core sees to it that the lease in it is again this run's.
    async create(name: string, chunks: readonly Uint8Array[]) {
      checkName(name);
      if (!existsSync(root)) made = undefined;
      await make();
      await createEntry(root, name, chunks);
    },

    // Durable, too: a checkpoint that comes back with the power would fill the disk that its removal
    // made room on, and a training that was over would have one.
    async remove(name: string) {
      const entry = join(root, checkName(name));
      try {
        await ignoreAbsence(unlink(entry));
        await ignoreAbsence(syncDirectory(root));
      } catch (error) {
        throw storeError(error, "Cannot remove", entry);
      }
    },

    presence: Object.freeze({
      ...presence,
      async claiming<T>(claim: () => Promise<T>) {
        // A new run, which may well find that its directory was removed after the last one. If it
        // cannot be made, the claim says so better.
        made = undefined;
        await make().catch(() => undefined);
        return presence.claiming(claim);
      },
    }),
    ...(preemption && { preemption }),
  });
}

async function ignoreAbsence(attempt: Promise<void>): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
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

/** Refuses names that are not those of entries, among them all that lead out of the directory. */
function checkName(name: string): string {
  if (parseEntryName(name) !== undefined) return name;
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(name)} is not the name of an entry of a checkpoint store.`,
    { details: { name } },
  );
}
