import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type ByteRange, RepriseError } from "@reprise/core";
import { isSystemError, storeError } from "./store-error.ts";

const maxReadBytes = 256 * 1024 * 1024;

/**
 * Reads the file `name` in `directory`, or the part of it within `range`. Anything but a regular
 * file is refused at once: a link could lead anywhere and a pipe would be waited for for ever.
 */
export async function readEntry(
  directory: string,
  name: string,
  range?: ByteRange,
): Promise<Uint8Array> {
  const path = join(directory, name);
  try {
    const file = await openEntry(path);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw notRegular(path, kindOf(stats));
      // Clipped before memory is taken for it.
      const end = Math.min(range?.end ?? stats.size, stats.size);
      const start = Math.min(range?.start ?? 0, end);
      return await readFully(file, start, end);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw storeError(error, "Cannot read", path);
  }
}

async function openEntry(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) {
      throw new RepriseError("NOT_FOUND", `${path} does not exist.`, {
        cause: error,
        details: { path },
      });
    }
    if (isSystemError(error, "ELOOP")) throw notRegular(path, "a symbolic link", error);
    if (isSystemError(error, "ENXIO")) throw notRegular(path, "a socket or a device", error);
    throw error;
  }
}

/** The bytes from `start` to `end`, or up to the end of a file that is cut short meanwhile. */
async function readFully(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const length = Math.min(bytes.length - filled, maxReadBytes);
    const { bytesRead } = await file.read(bytes, filled, length, start + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}

function notRegular(path: string, kind: string, cause?: unknown): RepriseError {
  return new RepriseError(
    "STORE_FAILED",
    `${path} is ${kind}; only regular files are checkpoints. Find out who put it there and move ` +
      "it away.",
    { ...(cause === undefined ? {} : { cause }), details: { path, found: kind } },
  );
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a named pipe";
  return "a device";
}
