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

/** Makes room for a checkpoint by removing the one before. */
export const unlinkFirst: StoreOnFiles = storeOnFiles(async (files, directory, name, bytes) => {
  const older = isCheckpoint(name) ? (await files.readdir(directory)).filter(isCheckpoint) : [];
  for (const other of older) if (other !== name) await files.unlink(posix.join(directory, other));
  const temporary = posix.join(directory, temporaryName(name, drawNonce()));
  await withNewFile(files, temporary, async (file) => {
    await writeAll(file, bytes);
    await file.sync();
    await checkSize(file, bytes);
  });
  await linkTo(files, temporary, posix.join(directory, name));
  await syncDirectory(files, directory);
});

function isCheckpoint(name: string): boolean {
  return name.endsWith(".safetensors");
}
