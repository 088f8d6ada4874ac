import type { ByteRange } from "../store/store.ts";
import type { StateTree } from "../snapshot/state-tree.ts";
import { type ChecksumAlgorithm, checksumDigits, Checksums } from "./checksum.ts";
import {
  checksumOpening,
  formatVersion,
  headerAlignment,
  maxHeaderLength,
  opening,
  prefixLength,
} from "./header.ts";
import type { CheckpointMetadata } from "./metadata.ts";
import { type Extent, type Header, readHeader } from "./read-header.ts";
import { corrupt, type FileName, foreign, tooNew } from "./refuse-file.ts";

/** An entry of a store that should be a checkpoint. */
export interface CheckpointFile extends FileName {
  /** The bytes within `range`; fewer when the file ends before. */
  read(range: ByteRange): Promise<Uint8Array>;
}

export interface DecodedCheckpoint {
  readonly metadata: CheckpointMetadata;
  readonly roots: Readonly<Record<string, StateTree>>;
  /** The checksum of every tensor that has bytes, by its name in the file. */
  readonly checksums: ReadonlyMap<string, string>;
}

/** Bytes that are read at once. */
const readLength = 2 ** 28;

/**
 * Reads a file and verifies every byte of it. Rejects with `CHECKPOINT_CORRUPT`, `CHECKPOINT_FOREIGN`
 * or `CHECKPOINT_TOO_NEW`; never takes memory by a number in the file that the file's size belies.
 */
export async function decodeCheckpoint(file: CheckpointFile): Promise<DecodedCheckpoint> {
  const { bytes, algorithm } = await readVerifiedHeader(file);
  const hash = new Checksums(algorithm, async () => {});
  const header = parse(file, bytes);
  const dataStart = bytes.length;
  const length = dataStart + (header.extents.at(-1)?.end ?? 0);
  // The last byte and one that must not be there tell the size before anything large is read.
  const tail = await file.read({ start: length - 1, end: length + 1 });
  if (tail.length !== 1)
    throw corrupt(
      file,
      tail.length === 0 ? `it ends before byte ${length}` : `it goes on after byte ${length}`,
    );
  for (const group of groups(header.extents)) {
    await readGroup(file, dataStart, group);
    for (const { name, checksum, node } of group) {
      const found = checksum === undefined ? undefined : await hash.of(node.pieces);
      if (found !== checksum)
        throw corrupt(
          file,
          `the tensor ${name} has the checksum ${found}, and should have ${checksum}`,
        );
    }
  }
  const { metadata, roots, checksums } = header;
  return { metadata, roots, checksums };
}

async function readVerifiedHeader(
  file: CheckpointFile,
): Promise<{ bytes: Uint8Array; algorithm: ChecksumAlgorithm }> {
  const start = await file.read({ start: 0, end: headerAlignment });
  const head = latin1(start.subarray(prefixLength));
  const match = /^([1-9]\d{0,8})","reprise\.checksum":"(\w{1,16}):([0-9a-f]{1,128})"/.exec(
    head.startsWith(opening) ? head.slice(opening.length) : "",
  );
  if (match === null) throw refuseStart(file, start, head);
  const [, digits = "", algorithm = "", checksum = ""] = match;
  const version = Number(digits);
  const length =
    prefixLength + Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
  if (length > prefixLength + maxHeaderLength)
    throw corrupt(file, `its header says that it has ${length - prefixLength} bytes`);
  const bytes = await file.read({ start: 0, end: length });
  if (bytes.length !== length)
    throw corrupt(file, `it has ${bytes.length} bytes, and its header alone ${length}`);
  if (checksumDigits[algorithm as ChecksumAlgorithm] !== checksum.length) {
    if (version > formatVersion) throw tooNew(file, version);
    throw corrupt(file, "its header has an unknown checksum");
  }
  const at =
    prefixLength + opening.length + digits.length + checksumOpening.length + algorithm.length + 1;
  const zeros = new Uint8Array(checksum.length).fill(0x30);
  const found = await new Checksums(algorithm as ChecksumAlgorithm, async () => {}).of([
    bytes.subarray(0, at),
    zeros,
    bytes.subarray(at + checksum.length),
  ]);
  if (found !== checksum)
    throw corrupt(file, `its header has the checksum ${found}, and should have ${checksum}`);
  if (version > formatVersion) throw tooNew(file, version);
  return { bytes, algorithm: algorithm as ChecksumAlgorithm };
}

// What begins like nothing that Reprise writes was damaged if something of Reprise is left in it, or
// nothing at all.
function refuseStart(file: CheckpointFile, start: Uint8Array, head: string): Error {
  if (start.length === 0) return corrupt(file, "it is empty");
  if (start.every((byte) => byte === 0)) return corrupt(file, "it begins with zeros");
  if (head.includes("reprise.") || opening.startsWith(head))
    return corrupt(file, "its header does not begin as it should");
  return head.startsWith("{")
    ? foreign(file, "a safetensors file of another program")
    : foreign(file, "not a safetensors file");
}

function parse(file: CheckpointFile, bytes: Uint8Array): Header {
  try {
    return readHeader(bytes.subarray(prefixLength));
  } catch (error) {
    throw corrupt(file, `its header is not valid: ${String(error)}`, error);
  }
}

/** Tensors that lie side by side, together not much longer than one read. */
function* groups(extents: readonly Extent[]): Generator<readonly Extent[]> {
  let group: Extent[] = [];
  for (const extent of extents) {
    if (extent.end - (group[0] ?? extent).start > readLength && group.length > 0) {
      yield group;
      group = [];
    }
    group.push(extent);
  }
  yield group;
}

async function readGroup(
  file: CheckpointFile,
  dataStart: number,
  group: readonly Extent[],
): Promise<void> {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return;
  for (let start = first.start; start < last.end; start += readLength) {
    const end = Math.min(start + readLength, last.end);
    const bytes = await file.read({ start: dataStart + start, end: dataStart + end });
    if (bytes.length !== end - start) throw corrupt(file, `it ends before byte ${dataStart + end}`);
    for (const extent of group) {
      const piece = bytes.subarray(
        Math.max(extent.start - start, 0),
        Math.max(extent.end - start, 0),
      );
      if (piece.length > 0) extent.node.pieces = [...extent.node.pieces, piece];
    }
  }
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
