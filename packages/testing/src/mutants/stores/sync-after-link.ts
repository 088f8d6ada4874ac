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

/** Syncs the bytes only when they have their name: for a while, the name may be there without them. */
export const syncAfterLink: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  const path = posix.join(directory, name);
  await withNewFile(files, temporary, async (file) => {
    await writeAll(file, bytes);
    await checkSize(file, bytes);
  });
  await linkTo(files, temporary, path);
  const file = await files.open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(files, directory);
});
