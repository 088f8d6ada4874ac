import { posix } from "node:path";
import {
  checkSize,
  storeOnFiles,
  type StoreOnFiles,
  syncDirectory,
  withNewFile,
  writeAll,
} from "./store-on-files.ts";

/** Writes an entry under its own name, where everybody sees it grow. */
export const inPlace: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  await withNewFile(files, posix.join(directory, name), async (file) => {
    await writeAll(file, bytes);
    await file.sync();
    await checkSize(file, bytes);
  });
  await syncDirectory(files, directory);
});
