import { posix } from "node:path";
import { drawNonce, temporaryName } from "@reprise/core";
import {
  linkTo,
  storeOnFiles,
  type StoreOnFiles,
  syncDirectory,
  withNewFile,
} from "./store-on-files.ts";

/** Takes for granted that one write takes all bytes. */
export const singleWrite: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  await withNewFile(files, temporary, async (file) => {
    await file.write(bytes);
    await file.sync();
  });
  await linkTo(files, temporary, posix.join(directory, name));
  await syncDirectory(files, directory);
});
