import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { Keeper } from "./plain-training.ts";

/** Keeps all state in one file, which write-file-atomic replaces as its README shows. */
export async function openStateFile(directory: string): Promise<Keeper> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, "state.bin");
  return {
    async load() {
      const bytes = await readIfAny(path);
      return bytes && { step: bytes.readInt32LE(0), bytes: bytes.subarray(4) };
    },
    async save(step, bytes) {
      const head = Buffer.alloc(4);
      head.writeInt32LE(step);
      await writeFileAtomic(path, Buffer.concat([head, bytes]));
    },
  };
}

export async function readIfAny(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
