import { RepriseError } from "../errors.ts";
import type { Captured } from "./capture.ts";
import { Segments } from "./segments.ts";
import type { StateTree, TensorTree } from "./state-tree.ts";

/** A consistent copy of the state in memory. Nothing that training does changes it. */
export interface Snapshot {
  readonly roots: Readonly<Record<string, StateTree>>;
  /** The tensors to store, in the order of the file. */
  readonly leaves: readonly TensorTree[];
  /** Bytes copied. */
  readonly byteLength: number;
  /** `length` copied bytes from `start` on; the bytes of the leaves follow each other without gaps. */
  bytes(start: number, length: number): readonly Uint8Array[];
  /** Gives the memory back to the pool, and the tensor references. To be called when it was saved. */
  release(): void;
}

/** The two buffers that snapshots are copied into: one can be filled while the other is written. */
export class SnapshotPool {
  readonly #free: Segments[] = [new Segments(), new Segments()];

  /**
   * Takes the memory for two snapshots of `byteLength` bytes from the system and touches each page,
   * since memory that is touched for the first time is many times slower. To be called when none is taken.
   */
  reserve(byteLength: number): void {
    for (const segments of this.#free) segments.reserve(byteLength);
  }

  /**
   * Copies everything that was captured, which is then the snapshot's and needs no `release()` of
   * its own. Returns `undefined`, and leaves it the caller's, when both buffers are taken. Throws
   * `SAVE_FAILED` without memory, and for an array that was transferred away since.
   */
  take(captured: Captured): Snapshot | undefined {
    const segments = this.#free.pop();
    if (segments === undefined) return undefined;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) this.#free.push(segments);
      isHeld = false;
      captured.release();
    };
    const { roots, leaves, byteLength } = captured;
    try {
      segments.reserve(byteLength);
      segments.copy(leaves);
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
      release,
    };
  }
}
