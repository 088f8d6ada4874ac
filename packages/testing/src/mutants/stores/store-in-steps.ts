import { posix } from "node:path";
import { drawNonce, temporaryName } from "@reprise/core";
import type { CrashFileHandle } from "../../crash-fs/crash-file-handle.ts";
import type { CrashFsPromises } from "../../crash-fs/crash-fs-promises.ts";
import {
  checkSize,
  linkTo,
  storeOnFiles,
  type StoreOnFiles,
  syncDirectory,
  withNewFile,
  writeAll,
} from "./store-on-files.ts";

/** How a file is created: these steps, in this order. */
export interface CreateSteps {
  /** The name under which its bytes are written. */
  readonly temporaryOf: (name: string) => string;
  readonly write: (file: CrashFileHandle, bytes: Uint8Array) => Promise<unknown>;
  readonly sync: (file: CrashFileHandle, name: string) => Promise<unknown>;
  readonly check: (file: CrashFileHandle, bytes: Uint8Array) => Promise<unknown>;
  /** Gives it its name. */
  readonly publish: (files: CrashFsPromises, from: string, to: string) => Promise<unknown>;
  readonly syncNames: (files: CrashFsPromises, directory: string) => Promise<unknown>;
}

const sound: CreateSteps = {
  temporaryOf: (name) => temporaryName(name, drawNonce()),
  write: writeAll,
  sync: (file) => file.sync(),
  check: checkSize,
  publish: linkTo,
  syncNames: syncDirectory,
};

/** Does nothing where something should be done. */
export async function leftOut(): Promise<void> {}

/** A store that does everything right, apart from the steps that are given. */
export function storeInSteps(changed: Partial<CreateSteps> = {}): StoreOnFiles {
  const steps = { ...sound, ...changed };
  return storeOnFiles(async (files, directory, name, bytes) => {
    const temporary = posix.join(directory, steps.temporaryOf(name));
    await withNewFile(files, temporary, async (file) => {
      await steps.write(file, bytes);
      await steps.sync(file, name);
      await steps.check(file, bytes);
    });
    await steps.publish(files, temporary, posix.join(directory, name));
    await steps.syncNames(files, directory);
  });
}
