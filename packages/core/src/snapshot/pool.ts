import { RepriseError } from "../errors.ts";
import { bytesOf, isShared } from "./array-types.ts";
import type { Captured } from "./capture.ts";
import { type SegmentMemory, Segments } from "./segments.ts";
import type { StateTree, TensorTree } from "./state-tree.ts";

/** A consistent copy of the state in memory. Nothing that training does changes it. */
export interface Snapshot {
  readonly roots: Readonly<Record<string, StateTree>>;
  /** The tensors to store, in the order of the file. */
  readonly leaves: readonly TensorTree[];
  /** Bytes in the pool. */
  readonly byteLength: number;
  /** `length` bytes of the pool from `start` on; the leaves in it follow each other without gaps. */
  bytes(start: number, length: number): readonly Uint8Array[];
  /** Puts the bytes of a reference into the pool, from `at` on. */
  put(at: number, bytes: Uint8Array): void;
  /** Waits for a copy that another thread has begun; until then, the live state must stay as it is. */
  readonly finish: (() => void) | undefined;
  /** Gives the memory back to the pool, and the tensor references. To be called when it was saved. */
  release(): void;
}

/** Bytes of the live state, and the places in a pool that they are to be copied to. */
export type CopyPart = readonly [from: Uint8Array, to: readonly Uint8Array[]];

/**
 * Begins to copy shared memory in another thread. What it returns waits until all is copied, and takes a
 * part in it.
 */
export type CopyLater = (parts: readonly CopyPart[]) => () => void;

/** Where snapshots are kept. */
export interface SnapshotMemory extends SegmentMemory {
  /** Whether only what is in this memory can be saved, so that references are copied into it, too. */
  readonly isShared: boolean;
  readonly copyLater?: CopyLater;
}

/** Memory that only this thread sees. */
export const ownMemory: SnapshotMemory = {
  allocate: (byteLength) => new ArrayBuffer(byteLength),
  copy: (from, to) => to.set(from),
  isShared: false,
};

/** The two buffers that snapshots are copied into: one can be filled while the other is written. */
export class SnapshotPool {
  readonly #memory: SnapshotMemory;
  readonly #free: Segments[];

  constructor(memory: SnapshotMemory = ownMemory) {
    this.#memory = memory;
    this.#free = [new Segments(memory), new Segments(memory)];
  }

  /**
   * Takes the memory for two snapshots of what was captured from the system and touches each page, since
   * memory that is touched for the first time is many times slower. To be called when none is taken.
   */
  prepare({ leaves }: Captured): void {
    const byteLength = this.#place(leaves);
    for (const segments of this.#free) segments.reserve(byteLength);
  }

  /**
   * Copies everything that was captured, which is then the snapshot's and needs no `release()` of
   * its own; arrays in shared memory may still be on their way when it is to be `later`. Returns
   * `undefined`, and leaves it the caller's, when both buffers are taken. Throws `SAVE_FAILED` without
   * memory, and for an array that was transferred away since.
   */
  take(captured: Captured, later = false): Snapshot | undefined {
    const segments = this.#free.pop();
    if (segments === undefined) return undefined;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) this.#free.push(segments);
      isHeld = false;
      captured.release();
    };
    const { roots, leaves } = captured;
    const byteLength = this.#place(leaves);
    const copyLater = later && this.#memory.copyLater;
    const parts: CopyPart[] = [];
    let finish: Snapshot["finish"];
    try {
      segments.reserve(byteLength);
      for (const leaf of leaves) {
        const at = leaf.at as number;
        if (copyLater && leaf.view && isShared(leaf.view.buffer))
          parts.push([bytesOf(leaf.view), segments.bytes(at, leaf.byteLength)]);
        else if (leaf.view) segments.set(at, leaf, leaf.view);
        leaf.view = undefined;
      }
      if (copyLater && parts.length > 0) finish = copyLater(parts);
    } catch (cause) {
      release();
      throw new RepriseError(
        "SAVE_FAILED",
        `The state of ${byteLength} bytes could not be copied: ${String(cause)}.`,
        { cause, details: { byteLength } },
      );
    }
    return {
      roots,
      leaves,
      byteLength,
      bytes: (start, length) => segments.bytes(start, length),
      put: (at, bytes) => segments.put(at, bytes),
      finish,
      release,
    };
  }

  /** Gives each leaf that is to be in the pool a place there. Returns how many bytes they take. */
  #place(leaves: readonly TensorTree[]): number {
    let end = 0;
    for (const leaf of leaves) {
      if (leaf.reference && !this.#memory.isShared) continue;
      leaf.at = end;
      end += leaf.byteLength;
    }
    return end;
  }
}
