import { statfs } from "node:fs/promises";
import { RepriseError } from "@reprise/core";

/**
 * Rejects with `STORE_FULL` when a new file of `size` bytes has no room in `directory`, before a
 * byte is written: the old checkpoint stays until the new one is whole, so there must be room for
 * both.
 */
export async function checkRoom(directory: string, size: number): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(directory);
  // File systems without a fixed size report that they have no blocks at all.
  if (blocks === 0) return;
  const free = bavail * bsize;
  if (free >= size) return;
  throw new RepriseError(
    "STORE_FULL",
    `No room in ${directory}: ${size} bytes are needed and ${free} are free. An old checkpoint is ` +
      "removed only when the new one is whole. Free some space or use a directory with more of it.",
    { details: { path: directory, neededBytes: size, freeBytes: free } },
  );
}
