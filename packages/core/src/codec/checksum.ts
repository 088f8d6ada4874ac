import xxhash from "xxhash-wasm";
import { environment } from "../environment.ts";

export type ChecksumAlgorithm = "xxh64" | "sha256";

/** Hexadecimal digits of a checksum of each algorithm. */
export const checksumDigits: Readonly<Record<ChecksumAlgorithm, number>> = {
  xxh64: 16,
  sha256: 64,
};

/** Lets whatever else waits on this thread run. */
export type Pause = () => Promise<void>;

/** What a tensor costs apart from its bytes, as though it were this many more. */
const tensorCost = 2 ** 13;
const updateLength = 2 ** 20;
const pauseEvery = 2 ** 23;
const blockLength = 2 ** 26;

let loading: ReturnType<typeof xxhash> | undefined;

/** Computes checksums one after the other, and pauses after about every 8 MiB, or 1,000 tensors. */
export class Checksums {
  readonly #algorithm: ChecksumAlgorithm;
  readonly #pause: Pause;
  #sincePause = 0;

  constructor(algorithm: ChecksumAlgorithm, pause: Pause) {
    this.#algorithm = algorithm;
    this.#pause = pause;
  }

  /** The checksum of the bytes of all pieces together, in hexadecimal. */
  async of(pieces: readonly Uint8Array[]): Promise<string> {
    if (this.#isPauseDue(tensorCost)) await this.#pause();
    return this.#algorithm === "xxh64" ? this.#xxh64(pieces) : this.#sha256(pieces);
  }

  async #xxh64(pieces: readonly Uint8Array[]): Promise<string> {
    loading ??= xxhash();
    // An update of more than this would make the hash's own memory grow, which never shrinks.
    const hash = (await loading).create64();
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += updateLength) {
        const part = piece.subarray(at, at + updateLength);
        hash.update(part);
        if (this.#isPauseDue(part.length)) await this.#pause();
      }
    }
    return hash.digest().toString(16).padStart(checksumDigits.xxh64, "0");
  }

  // A digest takes its bytes at once. So that no more than a block is ever copied, what is longer
  // has the digest of the digests of its blocks.
  async #sha256(pieces: readonly Uint8Array[]): Promise<string> {
    const digests: Uint8Array[] = [];
    for (const block of blocks(pieces)) {
      digests.push(await sha256(block));
      if (this.#isPauseDue(block.length)) await this.#pause();
    }
    const [first = await sha256(new Uint8Array(0))] = digests;
    const digest = digests.length > 1 ? await sha256(joined(digests)) : first;
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  #isPauseDue(byteLength: number): boolean {
    this.#sincePause += byteLength;
    if (this.#sincePause < pauseEvery) return false;
    this.#sincePause = 0;
    return true;
  }
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await environment.crypto.subtle.digest("SHA-256", bytes));
}

function* blocks(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + blockLength - length);
      parts.push(part);
      length += part.length;
      at += part.length;
      if (length < blockLength) continue;
      yield joined(parts);
      parts = [];
      length = 0;
    }
  }
  if (length > 0) yield joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
