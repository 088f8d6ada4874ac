import type { FileHandle } from "node:fs/promises";
import { RepriseError } from "@reprise/core";

/** Bytes of one system call. */
export const maxBatchBytes: number = 8 * 1024 * 1024;
// What Linux takes in one vectored write.
const maxBatchPieces = 1024;

/**
 * Writes the bytes of all `chunks` to `file`, from the byte `start` on. A system call may take fewer
 * bytes than it is given, on a nearly full disk for one, and none takes more than 2 GiB: every count is
 * looked at and the rest is written again. Calls `onBatch` after every few MiB.
 */
export async function writeFully(
  file: FileHandle,
  chunks: Iterable<ArrayBufferView>,
  { start = 0, onBatch }: { readonly start?: number; readonly onBatch?: () => void } = {},
): Promise<void> {
  let position = start;
  for (const batch of batches(chunks)) {
    let rest = batch;
    while (rest.length > 0) {
      const { bytesWritten } = await file.writev(rest, position);
      if (bytesWritten === 0) {
        throw new RepriseError(
          "STORE_FAILED",
          `A write at byte ${position} stored nothing and reported no error. ` +
            "Use another file system; this one does not keep to the rules of write().",
        );
      }
      position += bytesWritten;
      rest = withoutFirst(bytesWritten, rest);
    }
    onBatch?.();
  }
}

/** The chunks in order, cut and gathered so that each batch is small enough for one system call. */
function* batches(chunks: Iterable<ArrayBufferView>): Generator<Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let room = maxBatchBytes;
  for (const chunk of chunks) {
    let rest = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (rest.byteLength > 0) {
      const piece = rest.subarray(0, room);
      batch.push(piece);
      room -= piece.byteLength;
      rest = rest.subarray(piece.byteLength);
      if (room === 0 || batch.length === maxBatchPieces) {
        yield batch;
        batch = [];
        room = maxBatchBytes;
      }
    }
  }
  if (batch.length > 0) yield batch;
}

/** The pieces without their first `count` bytes. */
export function withoutFirst(count: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  let skip = count;
  const rest: Uint8Array[] = [];
  for (const piece of pieces) {
    if (skip < piece.byteLength) rest.push(piece.subarray(skip));
    skip = Math.max(0, skip - piece.byteLength);
  }
  return rest;
}
