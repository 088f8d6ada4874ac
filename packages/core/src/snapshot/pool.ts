import { RepriseError } from "../errors.ts";
import type { Captured } from "./capture.ts";
import { refusal } from "./refusal.ts";
import { Segments } from "./segments.ts";
import { childrenOf, isNode, type StateTree, type TensorTree } from "./state-tree.ts";

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
   * `UNSUPPORTED_STATE` for an array that was transferred away since, `SAVE_FAILED` without memory.
   */
  take(captured: Captured): Snapshot | undefined {
    const segments = this.#free.pop();
    if (segments === undefined) return undefined;
    try {
      segments.reserve(captured.byteLength);
      segments.copy(captured.leaves);
    } catch (error) {
      this.#free.push(segments);
      captured.release();
      throw explain(captured, error);
    }
    return this.#snapshot(captured, segments);
  }

  #snapshot(captured: Captured, segments: Segments): Snapshot {
    const { roots, leaves, byteLength } = captured;
    let isHeld = true;
    return {
      roots,
      leaves,
      byteLength,
      bytes: (start, length) => segments.bytes(start, length),
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        captured.release();
        this.#free.push(segments);
      },
    };
  }
}

function explain({ roots, leaves, byteLength }: Captured, cause: unknown): RepriseError {
  const detached = leaves.find((leaf) => leaf.view && leaf.view.byteLength !== leaf.byteLength);
  for (const [name, tree] of Object.entries(roots)) {
    const path = detached && pathTo(detached, tree, name);
    if (path !== undefined)
      return refusal(path, "the array was transferred away", "Keep a copy of it.", cause);
  }
  return new RepriseError(
    "SAVE_FAILED",
    `The state could not be copied: a copy takes ${byteLength} bytes. ${String(cause)}. Give the process more memory, or save a smaller state.`,
    { cause, details: { byteLength } },
  );
}

function pathTo(node: StateTree, tree: StateTree, path: string): string | undefined {
  if (tree === node) return path;
  if (!isNode(tree)) return undefined;
  for (const [child, at] of childrenOf(tree, path)) {
    const found = pathTo(node, child, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
