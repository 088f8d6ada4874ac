import { posix } from "node:path";
import { drawNonce, temporaryName } from "@reprise/core";
import {
  linkTo,
  storeOnFiles,
  type StoreOnFiles,
  syncDirectory,
  withNewFile,
  writeAll,
} from "./store-on-files.ts";

/** Believes a disk that says it has written. */
export const noSizeCheck: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  await withNewFile(files, temporary, async (file) => {
    await writeAll(file, bytes);
    await file.sync();
  });
  await linkTo(files, temporary, posix.join(directory, name));
  await syncDirectory(files, directory);
});
