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

/** Starts the sync and does not wait for it. */
export const syncNotAwaited: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  const syncs: Promise<unknown>[] = [];
  await withNewFile(files, temporary, async (file) => {
    await writeAll(file, bytes);
    syncs.push(file.sync().catch(() => undefined));
    await checkSize(file, bytes);
  });
  await linkTo(files, temporary, posix.join(directory, name));
  await syncDirectory(files, directory);
  await Promise.all(syncs);
});
