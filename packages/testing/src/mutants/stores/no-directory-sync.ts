import { posix } from "node:path";
import { drawNonce, temporaryName } from "@reprise/core";
import {
  checkSize,
  linkTo,
  storeOnFiles,
  type StoreOnFiles,
  withNewFile,
  writeAll,
} from "./store-on-files.ts";

/** Never syncs the name: after a loss of power there are bytes without it. */
export const noDirectorySync: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  await withNewFile(files, temporary, async (file) => {
    await writeAll(file, bytes);
    await file.sync();
    await checkSize(file, bytes);
  });
  await linkTo(files, temporary, posix.join(directory, name));
});
