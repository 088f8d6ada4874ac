import { environment } from "../environment.ts";
import { isShared } from "../snapshot/array-types.ts";
import { hexOf } from "./text.ts";
import { digestOf, hashBlock, newHash } from "./xxh64.ts";

export type ChecksumAlgorithm = "xxh64" | "sha256";

/** Hexadecimal digits of a checksum of each algorithm. */
export const checksumDigits: Readonly<Record<ChecksumAlgorithm, number>> = {
  xxh64: 16,
  sha256: 64,
};

/** Lets whatever else waits on this thread run. */
export type Pause = () => Promise<void>;

/** The checksum of the bytes of all pieces together, in hexadecimal. */
export type Checksum = (pieces: readonly Uint8Array[]) => Promise<string>;

/** What a tensor costs apart from its bytes, as though it were this many more. */
const tensorCost = 2 ** 13;
const pauseEvery = 2 ** 21;
// What fits into the memory of the hash.
const updateLength = 2 ** 20;
// SHA-256 takes its bytes at once: no more than this is ever copied.
const blockLength = 2 ** 26;

/** Computes checksums one after the other; pauses after about every 2 MiB, or 250 tensors. */
export function checksumWith(algorithm: ChecksumAlgorithm, pause?: Pause): Checksum {
  let sincePause = 0;
  const spend = async (cost: number): Promise<void> => {
    sincePause += cost;
    if (sincePause < pauseEvery) return;
    sincePause = 0;
    await pause?.();
  };
  return async (pieces) => {
    await spend(tensorCost);
    let state = algorithm === "xxh64" && newHash();
    const digests: Uint8Array[] = [];
    for (const block of blocks(pieces, state ? updateLength : blockLength)) {
      if (state) state = hashBlock(block, state);
      else digests.push(await sha256(block));
      await spend(block.length);
    }
    if (state) return digestOf(state);
    // What is longer than a block has the digest of the digests of its blocks.
    const digest = digests.length === 1 ? joined(digests) : await sha256(joined(digests));
    return hexOf(digest);
  };
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  // What another thread might change under its hands, it refuses.
  const own = isShared(bytes.buffer) ? bytes.slice() : bytes;
  return new Uint8Array(await environment.crypto.subtle.digest("SHA-256", own));
}

/** The bytes of all pieces in blocks of `length`; only what lies in two pieces is copied. */
function* blocks(pieces: readonly Uint8Array[], length: number): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let missing = length;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + missing);
      parts.push(part);
      at += part.length;
      missing -= part.length;
      if (missing > 0) continue;
      yield joined(parts);
      parts = [];
      missing = length;
    }
  }
  if (parts.length > 0) yield joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
