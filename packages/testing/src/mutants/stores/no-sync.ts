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

/** Never syncs the bytes: after a loss of power there is a name without them. */
export const noSync: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  await withNewFile(files, temporary, async (file) => {
    await writeAll(file, bytes);
    await checkSize(file, bytes);
  });
  await linkTo(files, temporary, posix.join(directory, name));
  await syncDirectory(files, directory);
});
