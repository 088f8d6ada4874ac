import { type FileHandle, link, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { drawNonce, RepriseError, temporaryName } from "@reprise/core";
import { checkRoom } from "./check-room.ts";
import { isSystemError, storeError } from "./store-error.ts";
import { syncDirectory } from "./sync-directory.ts";
import { writeDirectly } from "./write-direct.ts";
import { maxBatchBytes, withoutFirst, writeFully } from "./write-fully.ts";

/**
 * From so many bytes on, they go past the cache of the system: smaller files are faster through it, but
 * the memory that it has to find for larger ones can take several times as long as the disk.
 */
const leastDirectBytes = 2 ** 29;

/**
 * Creates the file `name` of the bytes of all `chunks`: absent or whole at any instant, durable when
 * this resolves. When the very last step fails, the file is whole and visible, but a power loss may
 * take it. The first chunk is read only when `ready` has resolved; until then, the others are written.
 */
export async function createEntry(
  directory: string,
  name: string,
  chunks: readonly Uint8Array[],
  ready?: Promise<unknown>,
): Promise<void> {
  const path = join(directory, name);
  const temporary = join(directory, temporaryName(name, drawNonce()));
  try {
    await checkRoom(directory, totalBytes(chunks));
    await writeTemporary(temporary, chunks, ready);
    await publish(temporary, path);
    await syncDirectory(directory);
  } catch (error) {
    throw storeError(error, "Cannot create", path);
  }
}

/** Leaves at `path` a durable file of all `chunks`, or nothing. */
async function writeTemporary(
  path: string,
  chunks: readonly Uint8Array[],
  ready: Promise<unknown> | undefined,
): Promise<void> {
  // Exclusive, so that a link that somebody planted here is not followed. The permissions are those
  // of any file of this user: who may read along is said by the umask.
  const file = await open(path, "wx", 0o666);
  try {
    try {
      await writeAndFlush(file, path, chunks, ready);
      // After a sync that failed, the kernel takes lost pages for written ones, and another sync
      // would succeed: the file is dropped, and the next save writes a new one from memory.
      await file.sync();
      await checkSize(path, (await file.stat()).size, totalBytes(chunks));
    } finally {
      await file.close();
    }
  } catch (error) {
    await removeTemporary(path);
    throw error;
  }
}

/**
 * Has the disk write what was given to the kernel while the next bytes are given to it: the sync at
 * the end then has little left to wait for. One that fails fails the whole, as that sync would.
 */
async function writeAndFlush(
  file: FileHandle,
  path: string,
  chunks: readonly Uint8Array[],
  ready: Promise<unknown> | undefined,
): Promise<void> {
  const flushes: Promise<void>[] = [];
  const onBatch = (): void => {
    const flushing = file.datasync();
    // Its failure is looked at below, when all was written; until then it is nobody's.
    flushing.catch(() => undefined);
    flushes.push(flushing);
  };
  try {
    if (ready && totalBytes(chunks) > maxBatchBytes) {
      await writeFirstLast(file, path, chunks, { ready, onBatch });
    } else {
      await ready;
      await writeFully(file, chunks, { onBatch });
    }
  } finally {
    await Promise.allSettled(flushes);
  }
  await Promise.all(flushes);
}

/** Writes the first chunk when it is ready. What is being made of the others is made while they are written. */
async function writeFirstLast(
  file: FileHandle,
  path: string,
  [first = new Uint8Array(0), ...others]: readonly Uint8Array[],
  { ready, onBatch }: { readonly ready: Promise<unknown>; readonly onBatch: () => void },
): Promise<void> {
  const start = first.byteLength;
  const isLarge = totalBytes(others) >= leastDirectBytes;
  const written = isLarge ? await writeDirectly(path, others, start) : 0;
  const rest = withoutFirst(written, others);
  await writeFully(file, rest, { start: start + written, onBatch });
  await ready;
  await writeFully(file, [first]);
}

/** Gives the file its name. A link, unlike a rename, fails when the name is taken. */
async function publish(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (isSystemError(error, "EEXIST")) {
      throw new RepriseError("ALREADY_EXISTS", `${path} exists already and was left as it is.`, {
        cause: error,
        details: { path },
      });
    }
    if (isSystemError(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) {
      throw new RepriseError(
        "STORE_UNSUPPORTED",
        `The file system of ${path} has no hard links, and without them two runs could overwrite ` +
          "each other. Use a directory on a file system that has them, such as ext4, XFS or APFS.",
        { cause: error, details: { path } },
      );
    }
    throw error;
  } finally {
    await removeTemporary(temporary);
  }
}

async function checkSize(path: string, found: number, expected: number): Promise<void> {
  if (found === expected) return;
  throw new RepriseError(
    "STORE_FAILED",
    `${path} has ${found} bytes after ${expected} bytes were written without an error. Check the ` +
      "disk and its file system.",
    { details: { path, expectedBytes: expected, foundBytes: found } },
  );
}

/** What cannot be removed now is swept by the next claim of the store. */
async function removeTemporary(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

function totalBytes(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((total, chunk) => total + chunk.byteLength, 0);
}
