import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serialize } from "node:v8";
import writeFileAtomic from "write-file-atomic";
import type { Tensors } from "../state.ts";
import { busyTime, type Peer } from "./peer.ts";

const onlyIfLeftAlone = "neither";
const inPlace = "power loss, but no kill in the next save";

/** What is at hand in Node, and the package that is mostly taken for it. */
export const nodeFiles: readonly Peer[] = [
  fileOf("fs.writeFile", onlyIfLeftAlone, (file, tensors) => writeFile(file, concat(tensors))),
  fileOf("fs.writeFile + fsync", inPlace, async (file, tensors) => {
    const handle: FileHandle = await open(file, "w");
    await handle.writeFile(concat(tensors));
    await handle.sync();
    await handle.close();
  }),
  fileOf("write-file-atomic", "kill; after power loss the one before", (file, tensors) =>
    writeFileAtomic(file, concat(tensors)),
  ),
  fileOf("v8.serialize", onlyIfLeftAlone, (file, tensors) => writeFile(file, serialize(tensors))),
  fileOf("JSON with base64", onlyIfLeftAlone, (file, tensors) =>
    writeFile(file, JSON.stringify(encode(tensors))),
  ),
];

function fileOf(
  name: string,
  survives: string,
  write: (file: string, tensors: Tensors) => Promise<unknown>,
): Peer {
  return {
    name,
    survives,
    async open(folder, tensors) {
      const file = join(folder, "checkpoint");
      return { save: () => busyTime(() => write(file, tensors)), close: async () => {} };
    },
  };
}

/** One buffer of all: what is written while training goes on must not change. */
function concat(tensors: Tensors): Buffer {
  return Buffer.concat(Object.values(tensors).map(bytesOf));
}

function encode(tensors: Tensors): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, bytesOf(tensor).toString("base64")]),
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
