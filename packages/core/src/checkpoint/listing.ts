import type { CheckpointStore } from "../store/store.ts";
import { type EntryName, parseEntryName } from "./names.ts";

/** An entry of a store by name; ordered by fence, then by sequence. */
export interface CheckpointEntry {
  readonly name: string;
  readonly fence: number;
  readonly sequence: number;
}

/** Our own entries of a store by kind, in ascending order. Foreign ones are left out, and left alone. */
export type Listing = Readonly<Record<EntryName["kind"], readonly CheckpointEntry[]>>;

export async function listEntries(store: CheckpointStore): Promise<Listing> {
  const listing: Record<EntryName["kind"], CheckpointEntry[]> = {
    lease: [],
    beat: [],
    checkpoint: [],
    ledger: [],
    temporary: [],
  };
  for (const name of await store.list()) {
    const entry = parseEntryName(name);
    if (entry) listing[entry.kind].push({ name, fence: entry.fence, sequence: entry.sequence });
  }
  for (const entries of Object.values(listing)) entries.sort(inOrder);
  return listing;
}

/** The numbers of a checkpoint, as files name it. */
export function numbersOf(
  entry: CheckpointEntry | undefined,
): Pick<CheckpointEntry, "fence" | "sequence"> | null {
  return entry ? { fence: entry.fence, sequence: entry.sequence } : null;
}

/** Negative when `a` is the older one. */
export function inOrder(a: CheckpointEntry, b: CheckpointEntry): number {
  return a.fence - b.fence || a.sequence - b.sequence;
}
