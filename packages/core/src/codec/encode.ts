import { RepriseError } from "../errors.ts";
import { bytesOf } from "../snapshot/array-types.ts";
import type { Snapshot } from "../snapshot/pool.ts";
import { refusal } from "../snapshot/refusal.ts";
import type { TensorTree } from "../snapshot/state-tree.ts";
import { type ChecksumAlgorithm, checksumDigits, checksumWith, type Pause } from "./checksum.ts";
import { headerAlignment, headerText, maxHeaderLength, prefixLength } from "./header.ts";
import type { CheckpointMetadata } from "./metadata.ts";
import { encodeText } from "./text.ts";
import { writeTrees } from "./write-tree.ts";

export interface EncodeOptions {
  readonly checksum: ChecksumAlgorithm;
  /** Awaited every few milliseconds, so that other work on this thread is not held up. */
  readonly pause: Pause;
}

/** A whole file. Its chunks are the snapshot's own memory: write them before releasing it. */
export interface EncodedCheckpoint {
  readonly chunks: readonly Uint8Array[];
  readonly byteLength: number;
  /** The checksum of every tensor that has bytes and may change, by its name in the file. */
  readonly checksums: ReadonlyMap<string, string>;
}

/**
 * Makes the file of a snapshot; its layout is drawn in `docs/format.md`. Rejects with
 * `HEADER_TOO_LARGE` when the state has too many small parts, and with `UNSUPPORTED_STATE` when a
 * tensor reference reads something other than it said.
 */
export async function encodeCheckpoint(
  snapshot: Snapshot,
  metadata: CheckpointMetadata,
  { checksum: algorithm, pause }: EncodeOptions,
): Promise<EncodedCheckpoint> {
  const checksumOf = checksumWith(algorithm, pause);
  const { json: state, names } = writeTrees(snapshot.roots);
  await pause();
  const chunks: Uint8Array[] = [];
  const checksums = new Map<string, string>();
  const tensors: [string, TensorTree][] = [];
  let byteLength = 0;
  let copied = 0;
  let taken = 0;
  const takeCopied = (): void => {
    chunks.push(...snapshot.bytes(taken, copied - taken));
    taken = copied;
  };
  for (const leaf of snapshot.leaves) {
    const name = names.get(leaf) ?? "";
    let bytes: readonly Uint8Array[];
    if (leaf.reference) {
      takeCopied();
      bytes = [await readReference(leaf, name)];
      chunks.push(...bytes);
    } else {
      bytes = snapshot.bytes(copied, leaf.byteLength);
      copied += leaf.byteLength;
    }
    if (leaf.byteLength > 0) checksums.set(name, await checksumOf(bytes));
    tensors.push([name, leaf]);
    byteLength += leaf.byteLength;
  }
  takeCopied();
  await pause();
  const fields = { ...metadata, checksums: Object.fromEntries(checksums), state };
  const zeros = "0".repeat(checksumDigits[algorithm]);
  let text: string;
  try {
    text = headerText(`${algorithm}:${zeros}`, fields, tensors);
  } catch (error) {
    // What no string can hold is far above the limit.
    throw tooLarge(error);
  }
  const header = frame(encodeText(text));
  // Up to here, the text is ASCII.
  const at = prefixLength + text.indexOf(zeros);
  header.set(encodeText(await checksumOf([header])), at);
  for (const [leaf, name] of names)
    if ((leaf as TensorTree).reference?.frozen) checksums.delete(name);
  return { chunks: [header, ...chunks], byteLength: header.length + byteLength, checksums };
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

/** Reads once, also where the file is made again for another number. */
async function readReference(leaf: TensorTree, name: string): Promise<Uint8Array> {
  const [known] = leaf.pieces;
  if (known) return known;
  const read = await leaf.reference?.read();
  if (!ArrayBuffer.isView(read) || read.byteLength !== leaf.byteLength)
    throw refusal(
      name,
      `its reference read ${read?.byteLength} bytes of ${leaf.byteLength}`,
      "Make read() resolve to them all.",
    );
  const bytes = bytesOf(read);
  leaf.pieces = [bytes];
  return bytes;
}

function tooLarge(cause?: unknown): RepriseError {
  return new RepriseError(
    "HEADER_TOO_LARGE",
    `The state without its tensors takes more than ${maxHeaderLength} bytes. Keep long lists in typed arrays.`,
    { details: { limit: maxHeaderLength }, cause },
  );
}
