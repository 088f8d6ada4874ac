import { parseEntryName } from "@reprise/core";

/** What a store holds at one instant. Never changed: each mutation makes a new one. */
export type Image = ReadonlyMap<string, Uint8Array>;

/** What was in the store right after a call that changed it. */
export interface Change {
  readonly operation: number;
  /** Which checkpoint of this life was created, if one was. */
  readonly save?: number;
  readonly image: Image;
}

/**
 * What of an image decides how the next life goes on, as text that is equal for two images from which
 * it goes on in the same way. Numbers that grow with every claim, and whatever a recovery does not
 * read, are no part of it: otherwise no two images would ever be the same.
 */
export function durableState(image: Image): string {
  const lease = newestLease(image);
  const newest = newestCheckpoint(image);
  if (newest === undefined) return "nothing";
  const { fence, sequence } = newest;
  const isFinished =
    lease?.finished?.fence === fence && lease.finished.sequence === sequence ? "finished" : "";
  return isFinished + contentOf(newest.bytes);
}

interface NamedCheckpoint {
  readonly name: string;
  readonly fence: number;
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** The checkpoint from which the next life goes on. */
export function newestCheckpoint(image: Image): NamedCheckpoint | undefined {
  const tombstone = newestLease(image)?.tombstone ?? 0;
  let newest: NamedCheckpoint | undefined;
  for (const [name, bytes] of image) {
    const entry = parseEntryName(name);
    if (entry?.kind !== "checkpoint" || entry.fence <= tombstone) continue;
    const isNewer =
      newest === undefined ||
      entry.fence > newest.fence ||
      (entry.fence === newest.fence && entry.sequence > newest.sequence);
    if (isNewer) newest = { ...entry, name, bytes };
  }
  return newest;
}

interface HeldLease {
  /** The name of the run that created it. */
  readonly run: string;
  readonly tombstone: number;
  readonly finished: { readonly fence: number; readonly sequence: number } | null;
}

function newestLease(image: Image): HeldLease | undefined {
  let newest: { fence: number; bytes: Uint8Array } | undefined;
  for (const [name, bytes] of image) {
    const entry = parseEntryName(name);
    if (entry?.kind === "lease" && entry.fence > (newest?.fence ?? -1)) {
      newest = { fence: entry.fence, bytes };
    }
  }
  return newest && leaseIn(newest.bytes);
}

/** What the file of a lease says: the same line twice. */
export function leaseIn(bytes: Uint8Array): HeldLease {
  const [line = ""] = new TextDecoder().decode(bytes).split("\n", 1);
  return JSON.parse(line) as HeldLease;
}

/**
 * A checkpoint without the run that wrote it. Its header holds every scalar and a checksum of every
 * tensor, so the tensors themselves need not be looked at.
 */
function contentOf(bytes: Uint8Array): string {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const { __metadata__: metadata, ...tensors } = JSON.parse(header) as {
    __metadata__: Record<string, string>;
  };
  const { "reprise.checksum": _checksum, "reprise.lineage": _lineage, ...content } = metadata;
  return JSON.stringify([content, tensors]);
}
