import { open } from "node:fs/promises";
import { RepriseError } from "@reprise/core";
import { isSystemError } from "./store-error.ts";

/**
 * Makes the names in `directory` durable: those that were added as well as those that were removed.
 * Rejects with `STORE_UNSUPPORTED` where the file system cannot promise that.
 */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory for this; NTFS journals names by itself.
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } catch (error) {
    if (!isSystemError(error, "EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw error;
    throw new RepriseError(
      "STORE_UNSUPPORTED",
      `The file system of ${directory} cannot make the names in a directory durable, so that a ` +
        "power loss could take a checkpoint that was saved. Use a directory on a local disk.",
      { cause: error, details: { path: directory } },
    );
  } finally {
    await handle.close();
  }
}
