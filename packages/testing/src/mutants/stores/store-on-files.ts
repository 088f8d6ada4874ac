import { posix } from "node:path";
import {
  type CheckpointStore,
  isRepriseError,
  type Presence,
  RepriseError,
  type RepriseErrorCode,
} from "@reprise/core";
import type { CrashFileHandle } from "../../crash-fs/crash-file-handle.ts";
import type { CrashFsPromises } from "../../crash-fs/crash-fs-promises.ts";

/** Makes a store in a directory, over the file system that it is given. */
export type StoreOnFiles = (files: CrashFsPromises, directory: string) => CheckpointStore;

/** How a store creates one entry: the part in which the stores of this folder differ. */
export type CreateFile = (
  files: CrashFsPromises,
  directory: string,
  name: string,
  bytes: Uint8Array,
) => Promise<void>;

/** A store of plain files that is right in everything but, perhaps, the way it creates them. */
export function storeOnFiles(create: CreateFile): StoreOnFiles {
  return (files, directory) => ({
    description: `directory ${directory}`,
    supports: { durable: true },
    presence: everybodyIsDead,

    async list() {
      const names = files.readdir(directory).catch((error: unknown) => {
        if (codeOf(error) === "ENOENT") return [];
        throw error;
      });
      return told(names);
    },

    async read(name, range) {
      const bytes = new Uint8Array(await told(files.readFile(posix.join(directory, name))));
      return bytes.slice(range?.start, range?.end);
    },

    async create(name, chunks) {
      const created = async (): Promise<void> => {
        await files.mkdir(directory, { recursive: true });
        await syncDirectory(files, posix.dirname(directory));
        await create(files, directory, name, new Uint8Array(Buffer.concat(chunks)));
      };
      await told(created());
    },

    async remove(name) {
      const removed = async (): Promise<void> => {
        await files.unlink(posix.join(directory, name)).catch((error: unknown) => {
          if (codeOf(error) !== "ENOENT") throw error;
        });
        await syncDirectory(files, directory);
      };
      await told(removed());
    },
  });
}

// After a crash, whoever held the store is gone.
const everybodyIsDead: Presence = {
  describe: async () => ({ since: new Date().toISOString() }),
  probe: async () => "dead",
  name: () => "a dead process",
  claiming: (claim) => claim(),
};

/** Writes until all bytes are taken. */
export async function writeAll(file: CrashFileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.subarray(written);
    written += (await file.write(rest, 0, rest.length, written)).bytesWritten;
  }
}

/** Fails when the file has not the size of `bytes`: a write has lied. */
export async function checkSize(file: CrashFileHandle, bytes: Uint8Array): Promise<void> {
  const { size } = await file.stat();
  if (size === bytes.length) return;
  throw new RepriseError("STORE_FAILED", `${size} bytes are there of ${bytes.length}.`);
}

export async function syncDirectory(files: CrashFsPromises, directory: string): Promise<void> {
  const handle = await files.open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Opens a new file, uses it, and closes it; without it where one of the three fails. */
export async function withNewFile(
  files: CrashFsPromises,
  path: string,
  use: (file: CrashFileHandle) => Promise<void>,
): Promise<void> {
  const file = await files.open(path, "wx");
  try {
    try {
      await use(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    await files.unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Gives a finished file its name, and removes the other one. */
export async function linkTo(files: CrashFsPromises, from: string, to: string): Promise<void> {
  try {
    await files.link(from, to);
  } finally {
    await files.unlink(from).catch(() => undefined);
  }
}

const codes: Readonly<Record<string, RepriseErrorCode>> = {
  ENOENT: "NOT_FOUND",
  EEXIST: "ALREADY_EXISTS",
  ENOSPC: "STORE_FULL",
};

/** Has a system error told as a `RepriseError`. */
async function told<Result>(attempt: Promise<Result>): Promise<Result> {
  try {
    return await attempt;
  } catch (cause) {
    const code = codeOf(cause);
    if (isRepriseError(cause) || code === undefined) throw cause;
    throw new RepriseError(codes[code] ?? "STORE_FAILED", String(cause), { cause });
  }
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error && error.code;
  return typeof code === "string" ? code : undefined;
}
