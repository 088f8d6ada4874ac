import type { CheckpointStore } from "../store/store.ts";
import { parseEntryName } from "./names.ts";

/** A checkpoint by name; ordered by fence, then by sequence. */
export interface CheckpointEntry {
  readonly name: string;
  readonly fence: number;
  readonly sequence: number;
}

/** Our own entries of a store, in ascending order. Foreign ones are left out, and left alone. */
export interface Listing {
  readonly leases: readonly { readonly name: string; readonly fence: number }[];
  readonly checkpoints: readonly CheckpointEntry[];
  readonly temporaries: readonly { readonly name: string; readonly fence: number }[];
  readonly ledgers: readonly { readonly name: string; readonly fence: number }[];
}

export async function listEntries(store: CheckpointStore): Promise<Listing> {
  const leases: { name: string; fence: number }[] = [];
  const checkpoints: CheckpointEntry[] = [];
  const temporaries: { name: string; fence: number }[] = [];
  const ledgers: { name: string; fence: number }[] = [];
  for (const name of await store.list()) {
    const entry = parseEntryName(name);
    if (entry?.kind === "lease") leases.push({ name, fence: entry.fence });
    else if (entry?.kind === "temporary") temporaries.push({ name, fence: entry.fence });
    else if (entry?.kind === "ledger") ledgers.push({ name, fence: entry.fence });
    else if (entry?.kind === "checkpoint")
      checkpoints.push({ name, fence: entry.fence, sequence: entry.sequence });
  }
  leases.sort((a, b) => a.fence - b.fence);
  checkpoints.sort((a, b) => a.fence - b.fence || a.sequence - b.sequence);
  return { leases, checkpoints, temporaries, ledgers };
}
