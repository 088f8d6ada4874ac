import { existsSync } from "node:fs";
import { readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type ByteRange, type CheckpointStore, parseEntryName, RepriseError } from "@reprise/core";
import { createEntry } from "./create-entry.ts";
import { makeDirectory } from "./make-directory.ts";
import { readEntry } from "./read-entry.ts";
import { isSystemError, storeError } from "./store-error.ts";
import { syncDirectory } from "./sync-directory.ts";

/** The entries of a directory: what a store is, without who holds it and how the machine goes away. */
export interface DirectoryEntries extends CheckpointStore {
  readonly createLate: NonNullable<CheckpointStore["createLate"]>;
  /** Makes the directory, also if it was made before. */
  readonly make: () => Promise<void>;
}

type CreateArguments = [name: string, chunks: readonly Uint8Array[], ready?: Promise<unknown>];

/** The entries of the directory at the absolute path `root`. */
export function directoryEntries(root: string): DirectoryEntries {
  let made: Promise<void> | undefined;
  const makeOnce = async (): Promise<void> => {
    made ??= makeDirectory(root);
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw storeError(error, "Cannot create the directory", root);
    }
  };

  // Somebody may have removed the directory under a running training. Its state is now the only
  // copy, so it is made again; core sees to it that the lease in it is again this run's.
  const create = async (...[name, ...content]: CreateArguments): Promise<void> => {
    checkName(name);
    if (!existsSync(root)) made = undefined;
    await makeOnce();
    await createEntry(root, name, ...content);
  };

  return {
    description: `directory ${root}`,
    supports: Object.freeze({ durable: true }),

    async make() {
      made = undefined;
      await makeOnce();
    },

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

    async create(name: string, chunks: readonly Uint8Array[]) {
      await create(name, chunks);
    },

    async createLate(name: string, chunks: readonly Uint8Array[], ready: Promise<unknown>) {
      await create(name, chunks, ready);
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
  };
}

async function ignoreAbsence(attempt: Promise<void>): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
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
