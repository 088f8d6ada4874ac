import type { ChecksumAlgorithm, Pause } from "../codec/checksum.ts";
import type { CheckpointDraft } from "../codec/draft.ts";
import { encodeCheckpoint } from "../codec/encode.ts";
import type { CheckpointMetadata } from "../codec/metadata.ts";
import type { Report } from "../event.ts";
import { ownMemory, type SnapshotMemory } from "../snapshot/pool.ts";
import { UnchangedTensors } from "../snapshot/unchanged.ts";
import type { CheckpointStore } from "../store/store.ts";
import type { Lease } from "./lease.ts";
import { type CheckpointEntry, numbersOf } from "./listing.ts";
import { commit } from "./protocol.ts";

/** A snapshot on its way to the store, as plain data that another thread can be given. */
export interface SaveOrder {
  readonly lease: Lease;
  readonly sequence: number;
  /** What was restored from or saved last. */
  readonly newest: CheckpointEntry | undefined;
  readonly keepPrevious: boolean;
  readonly checksum: ChecksumAlgorithm;
  readonly metadata: Omit<CheckpointMetadata, "lineage">;
  readonly draft: CheckpointDraft;
}

/** What became of an order that succeeded. */
export interface SaveReceipt {
  readonly entry: CheckpointEntry;
  /** Tensors that stayed as they are over several saves; each is named once. */
  readonly unchanged: readonly string[];
}

/** Numbers that may be in memory which another thread reads. */
interface Progress {
  step: number;
}

/** Told as soon as a checkpoint is what a resume would go on from; it has `bytes` bytes. */
export type OnAcknowledged = (entry: CheckpointEntry, bytes: number) => void;

/** What takes the snapshots of one run to its store, one after the other. */
export interface Saver extends SnapshotMemory {
  /** How far the run is, for whoever looks at its beat: set at each batch. */
  readonly progress: Progress;
  /** Commits a snapshot. The order's chunks are left as they are until this settles. */
  save(order: SaveOrder, onAcknowledged: OnAcknowledged): Promise<SaveReceipt>;
  /** Ends it, once no order is under way. */
  close(): Promise<void>;
}

export interface SaverOptions {
  /** The store that this was called of, which may be around the one that it was made for. */
  readonly store: CheckpointStore;
  /** The fence of the run. */
  readonly fence: number;
  /** Names of state entries or tensors that are meant never to change. */
  readonly frozen: readonly string[];
  readonly report: Report;
}

/** A saver that works in the thread that it is called in. */
export function saverTo(
  store: CheckpointStore,
  { frozen, report }: Pick<SaverOptions, "frozen" | "report">,
  pause: Pause,
): Saver {
  const unchanged = new UnchangedTensors(frozen);
  return {
    progress: { step: 0 },
    ...ownMemory,
    async save(order, onAcknowledged) {
      const { checksum, draft, keepPrevious, lease, metadata, newest } = order;
      const hold = { store, report, lease, nextSequence: order.sequence, newest };
      const parent = numbersOf(newest);
      let bytes = 0;
      let checksums = new Map<string, string>();
      const entry = await commit(
        hold,
        async ({ name, fence, sequence }) => {
          const lineage = { fence, sequence, run: lease.run, parent };
          const options = { checksum, pause };
          const encoded = await encodeCheckpoint(draft, { ...metadata, lineage }, options);
          const { chunks, ready } = encoded;
          bytes = encoded.byteLength;
          // The data is written while it is hashed, where the store can put the header before it later.
          const created =
            store.createLate?.(name, chunks, ready) ?? ready.then(() => store.create(name, chunks));
          // Whatever fails, nobody reads the snapshot any more once this is over.
          try {
            await created;
          } finally {
            checksums = await ready;
          }
        },
        { keepPrevious, onAcknowledged: (saved) => onAcknowledged(saved, bytes) },
      );
      for (const name of draft.frozen) checksums.delete(name);
      return { entry, unchanged: unchanged.observe(metadata.position.step, checksums) };
    },
    async close() {},
  };
}
