import { messageOf, RepriseError, type RepriseErrorCode } from "../errors.ts";
import type { StateTree } from "../snapshot/state-tree.ts";
import type { ByteRange } from "../store/store.ts";
import { type ChecksumAlgorithm, checksumDigits, checksumWith } from "./checksum.ts";
import { maxHeaderLength } from "./header-limit.ts";
import { formatVersion, headerAlignment, prefixLength } from "./header.ts";
import type { CheckpointMetadata } from "./metadata.ts";
import { type Header, readHeader } from "./read-header.ts";

/** An entry of a store that should be a checkpoint; messages give its name and the store it is in. */
export interface CheckpointFile {
  readonly name: string;
  readonly where: string;
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
const readLength = 2 ** 24;

/**
 * Reads a file and verifies every byte of it. Rejects with `CHECKPOINT_CORRUPT`, `CHECKPOINT_FOREIGN`
 * or `CHECKPOINT_TOO_NEW`; never takes memory by a number in the file that the file's size belies.
 */
export async function decodeCheckpoint(file: CheckpointFile): Promise<DecodedCheckpoint> {
  const { bytes, algorithm } = await readVerifiedHeader(file);
  const { metadata, roots, tensors, byteLength, checksums } = parse(file, bytes);
  const length = bytes.length + byteLength;
  // The last byte and one that must not be there tell the size before anything large is read.
  const tail = await file.read({ start: length - 1, end: length + 1 });
  if (tail.length !== 1) throw corrupt(file, `it should end after byte ${length}`);
  const checksumOf = checksumWith(algorithm);
  let at = bytes.length;
  let unused: Uint8Array = new Uint8Array(0);
  // Two reads are under way while bytes are hashed.
  const ahead: Promise<Uint8Array>[] = [];
  const readOn = (): void => {
    if (at === length) return;
    const read = file.read({ start: at, end: (at = Math.min(at + readLength, length)) });
    // Whoever awaits it learns of its failure; if nobody does, something else has failed before.
    read.catch(() => {});
    ahead.push(read);
  };
  readOn();
  for (const [name, node] of tensors) {
    const pieces: Uint8Array[] = [];
    for (let missing = node.byteLength; missing > 0;) {
      if (unused.length === 0) {
        readOn();
        unused = (await ahead.shift()) ?? unused;
      }
      const piece = unused.subarray(0, missing);
      if (piece.length === 0) break;
      pieces.push(piece);
      missing -= piece.length;
      unused = unused.subarray(piece.length);
    }
    node.pieces = pieces;
    const found = pieces.length > 0 ? await checksumOf(pieces) : undefined;
    compare(file, `tensor ${name}`, found, checksums.get(name));
  }
  return { metadata, roots, checksums };
}

interface VerifiedHeader {
  /** All bytes before the data. */
  readonly bytes: Uint8Array;
  readonly algorithm: ChecksumAlgorithm;
}

async function readVerifiedHeader(file: CheckpointFile): Promise<VerifiedHeader> {
  const start = await file.read({ start: 0, end: headerAlignment });
  const text = String.fromCharCode(...start.subarray(prefixLength));
  const match = beginning.exec(text);
  if (!match) throw refuseStart(file, start, text);
  const [matched, version, name, expected = ""] = match;
  const algorithm = name as ChecksumAlgorithm;
  const isNewer = Number(version) > formatVersion;
  const headerLength = Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
  const length = prefixLength + headerLength;
  const bytes = headerLength > maxHeaderLength ? start : await file.read({ start: 0, end: length });
  if (bytes.length !== length) throw corrupt(file, `it has no header of ${headerLength} bytes`);
  const isKnown = checksumDigits[algorithm] === expected.length;
  const end = prefixLength + matched.length;
  if (isKnown || !isNewer) {
    const zeroed = [
      bytes.subarray(0, end - expected.length),
      new Uint8Array(expected.length).fill(0x30),
      bytes.subarray(end),
    ];
    compare(file, "header", isKnown ? await checksumWith(algorithm)(zeroed) : "unknown", expected);
  }
  if (isNewer)
    throw refused(
      "CHECKPOINT_TOO_NEW",
      file,
      `has format version ${version}; this Reprise reads up to ${formatVersion}: update it.`,
    );
  return { bytes, algorithm };
}

/** What every version of the format begins with, up to the end of the checksum's digits. */
const beginning =
  /^\{"__metadata__":\{"reprise\.format":"([1-9]\d{0,8})","reprise\.checksum":"(\w{1,16}):([0-9a-f]{1,128})(?=")/;

// What begins like nothing that Reprise writes was damaged if something of Reprise is left in it, or
// nothing at all.
function refuseStart(file: CheckpointFile, start: Uint8Array, text: string): RepriseError {
  return start.every((byte) => byte === 0) ||
    text.includes("reprise.") ||
    '{"__metadata__":{"reprise.'.startsWith(text)
    ? corrupt(file, "it does not begin like a checkpoint")
    : refused("CHECKPOINT_FOREIGN", file, "was not written by Reprise.");
}

function parse(file: CheckpointFile, bytes: Uint8Array): Header {
  try {
    return readHeader(bytes.subarray(prefixLength));
  } catch (error) {
    throw corrupt(file, `its header is wrong: ${messageOf(error)}`, error);
  }
}

function compare(file: CheckpointFile, what: string, found = "none", expected = "none"): void {
  if (found !== expected)
    throw corrupt(file, `its ${what} has the checksum ${found} instead of ${expected}`);
}

function corrupt(file: CheckpointFile, reason: string, cause?: unknown): RepriseError {
  return refused("CHECKPOINT_CORRUPT", file, `is damaged: ${reason}.`, cause);
}

function refused(
  code: RepriseErrorCode,
  { name, where }: CheckpointFile,
  problem: string,
  cause?: unknown,
): RepriseError {
  return new RepriseError(code, `${name} in ${where} ${problem}`, {
    details: { name, where },
    cause,
  });
}
