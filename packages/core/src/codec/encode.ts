import { type ChecksumAlgorithm, checksumDigits, checksumWith, type Pause } from "./checksum.ts";
import type { CheckpointDraft } from "./draft.ts";
import { maxHeaderLength, tooLarge, whole } from "./header-limit.ts";
import { headerAlignment, headerText, prefixLength } from "./header.ts";
import type { CheckpointMetadata } from "./metadata.ts";
import { encodeText } from "./text.ts";

export interface EncodeOptions {
  readonly checksum: ChecksumAlgorithm;
  /** Awaited every few milliseconds, so that other work on this thread is not held up. */
  readonly pause: Pause;
}

/** A whole file. Its chunks are the snapshot's own memory: write them before releasing it. */
export interface EncodedCheckpoint {
  /** The header, which is nothing yet until it is {@link ready}, and then the data. */
  readonly chunks: readonly Uint8Array[];
  readonly byteLength: number;
  /** Resolves when all is hashed, to the checksum of every tensor that has bytes, by its name. */
  readonly ready: Promise<Map<string, string>>;
}

/**
 * Makes the file of a snapshot; its layout is drawn in `docs/format.md`. Rejects with
 * `HEADER_TOO_LARGE` when the state has too many small parts.
 */
export async function encodeCheckpoint(
  { state, tensors, chunks }: CheckpointDraft,
  metadata: CheckpointMetadata,
  { checksum: algorithm, pause }: EncodeOptions,
): Promise<EncodedCheckpoint> {
  await pause();
  const zeros = "0".repeat(checksumDigits[algorithm]);
  const hashed = tensors.filter(({ byteLength }) => byteLength > 0);
  const fields = { ...metadata, checksums: {} };
  const bare = whole(() => headerText(`${algorithm}:${zeros}`, fields, state, tensors));
  const textWith = (checksums: ReadonlyMap<string, string>): string =>
    whole(() => {
      const entries = hashed.map(
        ({ name }) => `${JSON.stringify(name)}:"${checksums.get(name) ?? zeros}"`,
      );
      const json = JSON.stringify(`{${entries.join()}}`);
      // The first of its kind: within what stands before it, quotes have a backslash.
      return bare.replace('checksums":"{}"', () => `checksums":${json}`);
    });
  // Whatever the checksums are, the header has this length: the data can be written before it.
  const header = frame(encodeText(textWith(new Map())));
  const fill = async (): Promise<Map<string, string>> => {
    const checksumOf = checksumWith(algorithm, pause);
    const checksums = new Map<string, string>();
    const take = takeFrom(chunks);
    for (const { name, byteLength } of hashed)
      checksums.set(name, await checksumOf(take(byteLength)));
    await pause();
    const text = textWith(checksums);
    header.set(encodeText(text), prefixLength);
    // Up to here, the text is ASCII.
    const at = prefixLength + text.indexOf(zeros);
    header.set(encodeText(await checksumOf([header])), at);
    return checksums;
  };
  const byteLength = hashed.reduce((sum, tensor) => sum + tensor.byteLength, header.length);
  const ready = fill();
  // Whoever writes the data first looks at its failure later.
  ready.catch(() => {});
  return { chunks: [header, ...chunks], byteLength, ready };
}

/** Returns what gives the next bytes of all chunks, in as many pieces as they are in. */
function takeFrom(chunks: readonly Uint8Array[]): (length: number) => readonly Uint8Array[] {
  let index = 0;
  let from = 0;
  return (length) => {
    const pieces: Uint8Array[] = [];
    while (length > 0) {
      const chunk = chunks[index] as Uint8Array;
      const piece = chunk.subarray(from, from + length);
      pieces.push(piece);
      length -= piece.length;
      from += piece.length;
      if (from < chunk.length) continue;
      index++;
      from = 0;
    }
    return pieces;
  };
}

/** The text of a header between its length and its padding. */
function frame(text: Uint8Array): Uint8Array {
  const length = Math.ceil((prefixLength + text.length) / headerAlignment) * headerAlignment;
  if (length - prefixLength > maxHeaderLength) throw tooLarge();
  const header = new Uint8Array(length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length - prefixLength), true);
  header.set(text, prefixLength);
  return header;
}
