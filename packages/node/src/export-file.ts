import { open, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { RepriseError } from "@reprise/core";
import writeFileAtomic from "write-file-atomic";
import { surviveFileSizeLimit } from "./file-size-limit.ts";
import { storeError } from "./store-error.ts";
import { syncDirectory } from "./sync-directory.ts";
import { writeFully } from "./write-fully.ts";

// The library awaits what the hook returns, though its types do not say so.
const replaceFile: (
  path: string,
  data: string,
  options: { readonly tmpfileCreated: (path: string) => Promise<void> },
) => Promise<void> = writeFileAtomic;

/**
 * Writes a result, such as the trained weights, to the file at `path`: a reader, also one after a
 * power loss, sees the old file or the whole new one, which is durable when this resolves. Text is
 * written as UTF-8, typed arrays as their bytes. Rejects with `STORE_FULL`, `STORE_DENIED` or
 * `STORE_FAILED`, the old file untouched.
 */
export async function exportFile(path: string, data: string | ArrayBufferView): Promise<void> {
  const bytes = toBytes(data);
  const absolute = resolve(path);
  surviveFileSizeLimit();
  try {
    // The library alone would publish what fits on a full disk, and only a part of a typed array. It
    // is given nothing to write, and the file is filled where it offers the chance to.
    await replaceFile(absolute, "", { tmpfileCreated: (temporary) => fill(temporary, bytes) });
    await syncDirectory(dirname(await realpath(absolute)));
  } catch (error) {
    throw storeError(error, "Cannot write", absolute);
  }
}

function toBytes(data: unknown): ArrayBufferView {
  if (ArrayBuffer.isView(data)) return data;
  if (typeof data === "string") return Buffer.from(data);
  throw new RepriseError(
    "INVALID_ARGUMENT",
    "exportFile() writes a string, a typed array or a DataView. Wrap an ArrayBuffer in a Uint8Array, " +
      "and turn anything else into one of them, as by JSON.stringify().",
    { details: { type: typeof data } },
  );
}

async function fill(path: string, bytes: ArrayBufferView): Promise<void> {
  const file = await open(path, "r+");
  try {
    await writeFully(file, [bytes]);
    const { size } = await file.stat();
    if (size !== bytes.byteLength) {
      throw new RepriseError(
        "STORE_FAILED",
        `${path} has ${size} bytes after ${bytes.byteLength} bytes were written without an error. ` +
          "Check the disk and its file system.",
      );
    }
  } finally {
    await file.close();
  }
}
