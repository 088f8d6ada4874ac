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

/** Does everything right; each of the other stores leaves out or changes one step. */
export const soundStore: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  await withNewFile(files, temporary, async (file) => {
    await writeAll(file, bytes);
    await file.sync();
    await checkSize(file, bytes);
  });
  await linkTo(files, temporary, posix.join(directory, name));
  await syncDirectory(files, directory);
});
