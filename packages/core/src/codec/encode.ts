import { environment } from "../environment.ts";
import { isRepriseError, RepriseError } from "../errors.ts";
import { refusal } from "../snapshot/refusal.ts";
import type { Snapshot } from "../snapshot/pool.ts";
import { shapeOf, type TensorTree } from "../snapshot/state-tree.ts";
import { type ChecksumAlgorithm, checksumDigits, Checksums, type Pause } from "./checksum.ts";
import {
  checksumOpening,
  checksumsKey,
  formatVersion,
  headerAlignment,
  maxHeaderLength,
  opening,
  prefixLength,
  stateKey,
} from "./header.ts";
import { type CheckpointMetadata, metadataFields } from "./metadata.ts";
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
  /** The checksum of every tensor that has bytes, by its name in the file. */
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
  options: EncodeOptions,
): Promise<EncodedCheckpoint> {
  try {
    const hash = new Checksums(options.checksum, options.pause);
    const { json, names } = writeTrees(snapshot.roots);
    await options.pause();
    const chunks: Uint8Array[] = [];
    const checksums = new Map<string, string>();
    const entries: string[] = [];
    const copied = { start: 0, end: 0 };
    let end = 0;
    for (const leaf of snapshot.leaves) {
      const name = names.get(leaf) ?? "";
      let bytes: readonly Uint8Array[];
      if (leaf.reference === undefined) {
        bytes = snapshot.bytes(copied.end, leaf.byteLength);
        copied.end += leaf.byteLength;
      } else {
        bytes = [await readReference(leaf, name)];
        chunks.push(...snapshot.bytes(copied.start, copied.end - copied.start), ...bytes);
        copied.start = copied.end;
      }
      if (leaf.byteLength > 0) checksums.set(name, await hash.of(bytes));
      entries.push(
        `${JSON.stringify(name)}:{"dtype":"${leaf.dtype}","shape":[${shapeOf(leaf).join(",")}],"data_offsets":[${end},${(end += leaf.byteLength)}]}`,
      );
    }
    chunks.push(...snapshot.bytes(copied.start, copied.end - copied.start));
    await options.pause();
    const texts = [
      ...Object.keys(metadataFields).map((field) => [
        `reprise.${field}`,
        JSON.stringify(metadata[field as keyof CheckpointMetadata]),
      ]),
      [checksumsKey, JSON.stringify(Object.fromEntries(checksums))],
      [stateKey, json],
    ].map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
    const header = await encodeHeader(texts, entries, options.checksum, hash);
    return { chunks: [header, ...chunks], byteLength: header.length + end, checksums };
  } catch (error) {
    // What no string can hold is far above the limit.
    if (!isRepriseError(error) && String(error).includes("Invalid string length"))
      throw tooLarge("more than a string can hold", error);
    throw error;
  }
}

async function encodeHeader(
  texts: readonly string[],
  entries: readonly string[],
  algorithm: ChecksumAlgorithm,
  hash: Checksums,
): Promise<Uint8Array> {
  const before = `${opening}${formatVersion}${checksumOpening}${algorithm}:`;
  const zeros = "0".repeat(checksumDigits[algorithm]);
  const after = `",${texts.join(",")}}${["", ...entries].join(",")}}`;
  const encoder = new environment.TextEncoder();
  const text = encoder.encode(`${before}${zeros}${after}`);
  const length = Math.ceil((prefixLength + text.length) / headerAlignment) * headerAlignment;
  if (length - prefixLength > maxHeaderLength) throw tooLarge(`${length - prefixLength} bytes`);
  const header = new Uint8Array(length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length - prefixLength), true);
  header.set(text, prefixLength);
  header.set(encoder.encode(await hash.of([header])), prefixLength + before.length);
  return header;
}

async function readReference(leaf: TensorTree, name: string): Promise<Uint8Array> {
  const read = await leaf.reference?.read();
  if (!ArrayBuffer.isView(read) || read.byteLength !== leaf.byteLength)
    throw refusal(
      name,
      `its reference read ${read?.byteLength ?? "no"} bytes for ${leaf.dtype}[${shapeOf(leaf).join(", ")}], which has ${leaf.byteLength}`,
      "Make read() resolve to a typed array with the bytes of the tensor.",
    );
  return new Uint8Array(read.buffer, read.byteOffset, read.byteLength);
}

function tooLarge(found: string, cause?: unknown): RepriseError {
  return new RepriseError(
    "HEADER_TOO_LARGE",
    `The state has too many parts that are not tensors: describing them takes ${found}, and a checkpoint has room for ${maxHeaderLength}. Keep long lists in typed arrays.`,
    { details: { limit: maxHeaderLength }, ...(cause === undefined ? {} : { cause }) },
  );
}
