import { posix } from "node:path";
import { drawNonce } from "@reprise/core";
import {
  checkSize,
  linkTo,
  storeOnFiles,
  type StoreOnFiles,
  syncDirectory,
  withNewFile,
  writeAll,
} from "./store-on-files.ts";

/** Gives temporary files names that nobody knows for leftovers: each crash leaves one for ever. */
export const foreignTemporaryName: StoreOnFiles = storeOnFiles(
  async (files, directory, name, bytes) => {
    const temporary = posix.join(directory, `tmp-${drawNonce()}`);
    await withNewFile(files, temporary, async (file) => {
      await writeAll(file, bytes);
      await file.sync();
      await checkSize(file, bytes);
    });
    await linkTo(files, temporary, posix.join(directory, name));
    await syncDirectory(files, directory);
  },
);
