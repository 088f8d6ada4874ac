import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isSystemError } from "./store-error.ts";
import { writeFully } from "./write-fully.ts";

/** What positions, lengths and memory are multiples of: a page, which is no less than a block of any disk. */
const alignment = 4096;

/**
 * Writes as many of the first bytes of `chunks` as it can to the file at `path`, from the byte `start` on,
 * past the cache of the system (`O_DIRECT`). Resolves to how many these are: 0 where the system, the file
 * system or the place of the chunks in memory does not allow it. What it wrote is not durable yet.
 */
export async function writeDirectly(
  path: string,
  chunks: readonly Uint8Array[],
  start: number,
): Promise<number> {
  const pieces = start % alignment === 0 ? alignedPieces(chunks) : [];
  if (pieces.length === 0 || constants.O_DIRECT === undefined) return 0;
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_DIRECT);
    try {
      await writeFully(file, pieces, { start });
    } finally {
      await file.close();
    }
  } catch (error) {
    // Whatever came of it is written once more.
    if (isSystemError(error, "EINVAL")) return 0;
    throw error;
  }
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** The first chunks, up to the last byte that is at a multiple of the alignment in memory and in the file. */
function alignedPieces(chunks: readonly Uint8Array[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (chunk.byteOffset % alignment !== 0) break;
    const length = chunk.byteLength - (chunk.byteLength % alignment);
    if (length > 0) pieces.push(chunk.subarray(0, length));
    if (length < chunk.byteLength) break;
  }
  return pieces;
}
