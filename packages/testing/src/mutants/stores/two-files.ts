import { posix } from "node:path";
import { type CheckpointStore, RepriseError } from "@reprise/core";
import type { CrashFsPromises } from "../../crash-fs/crash-fs-promises.ts";
import { soundStore } from "./sound-store.ts";

const suffix = ".size";

/** Keeps the size of each entry in a second file: a crash between the two leaves one of them. */
export function twoFiles(files: CrashFsPromises, directory: string): CheckpointStore {
  const bytes = soundStore(files, directory);
  const sizes = soundStore(files, posix.join(directory, "sizes"));
  return {
    ...bytes,
    async list() {
      return (await bytes.list()).filter((name) => name !== "sizes");
    },
    async read(name, range) {
      const found = await bytes.read(name);
      const size = await sizes.read(name + suffix).catch(() => new Uint8Array());
      if (Buffer.from(size).toString() !== String(found.length)) {
        throw new RepriseError("STORE_FAILED", `The size of ${name} is not known.`);
      }
      return found.slice(range?.start, range?.end);
    },
    async create(name, chunks) {
      await bytes.create(name, chunks);
      const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      await sizes.create(name + suffix, [new TextEncoder().encode(String(size))]);
    },
    async remove(name) {
      await bytes.remove(name);
      await sizes.remove(name + suffix);
    },
  };
}
