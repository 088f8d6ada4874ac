import { mkdir, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { isSystemError } from "./store-error.ts";
import { syncDirectory } from "./sync-directory.ts";

/**
 * Creates the directory `path` and its missing parents, if need be, and makes their names durable:
 * a power loss that takes the directory takes every checkpoint in it.
 */
export async function makeDirectory(path: string): Promise<void> {
  const firstCreated = await mkdir(path, { recursive: true });
  if (firstCreated === undefined) return syncName(path);
  const top = dirname(firstCreated);
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    await syncDirectory(parent);
    if (parent === top || parent === dirname(parent)) return;
  }
}

/** Somebody may have created the directory `path` only a moment ago, so its name is made durable. */
async function syncName(path: string): Promise<void> {
  try {
    await syncDirectory(dirname(await realpath(path)));
  } catch (error) {
    // A parent that this user may not read, or cannot change, holds a name that was not made here.
    if (!isSystemError(error, "EACCES", "EPERM", "EROFS")) throw error;
  }
}
