import { posix } from "node:path";
import { drawNonce, temporaryName } from "@reprise/core";
import {
  checkSize,
  linkTo,
  storeOnFiles,
  type StoreOnFiles,
  syncDirectory,
  withNewFile,
  writeAll,
} from "./store-on-files.ts";

/** Takes leases for too small to be worth a sync: an empty one stops every later start. */
export const leaseNotSynced: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  await withNewFile(files, temporary, async (file) => {
    await writeAll(file, bytes);
    if (!name.startsWith("lease-")) await file.sync();
    await checkSize(file, bytes);
  });
  await linkTo(files, temporary, posix.join(directory, name));
  await syncDirectory(files, directory);
});
