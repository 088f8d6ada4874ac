import { breathe } from "../lifecycle/breath.ts";
import { bytesOf } from "../snapshot/array-types.ts";
import type { Snapshot } from "../snapshot/pool.ts";
import { refusal } from "../snapshot/refusal.ts";
import { shapeOf, type TensorTree } from "../snapshot/state-tree.ts";
import { whole } from "./header-limit.ts";
import type { FileTensor } from "./header.ts";
import { writeTrees } from "./write-tree.ts";

/** What a snapshot comes to in a file, as plain data that another thread can be given. */
export interface CheckpointDraft {
  /** The trees of all roots as JSON. */
  readonly state: string;
  readonly tensors: readonly FileTensor[];
  /** The bytes of all tensors together. They are the snapshot's own memory. */
  readonly chunks: readonly Uint8Array[];
  /** The names of the tensors that are not meant to change. */
  readonly frozen: readonly string[];
}

/**
 * Fetches what the references of a snapshot stand for, into its memory where they have a place there.
 * Rejects with `UNSUPPORTED_STATE` when one reads something other than it said.
 */
export async function readReferences(snapshot: Snapshot): Promise<void> {
  for (const leaf of snapshot.leaves) {
    const { reference, at, byteLength } = leaf;
    if (!reference) continue;
    // No two of them without a breath of the loop in between.
    await breathe();
    const read = (at !== undefined && reference.peek?.()) || (await reference.read());
    if (!ArrayBuffer.isView(read) || read.byteLength !== byteLength)
      throw refusal(
        writeTrees(snapshot.roots).names.get(leaf) ?? "",
        `its reference read ${read?.byteLength} bytes of ${byteLength}`,
        "Make read() resolve to them all.",
      );
    const bytes = bytesOf(read);
    if (at === undefined) leaf.pieces = [bytes];
    else snapshot.put(at, bytes);
  }
}

/** What a snapshot with its references read comes to in a file. */
export function draftOf(snapshot: Snapshot): CheckpointDraft {
  const { json, names } = writeTrees(snapshot.roots);
  const chunks: Uint8Array[] = [];
  let copied = 0;
  let taken = 0;
  const takeCopied = (): void => {
    chunks.push(...snapshot.bytes(taken, copied - taken));
    taken = copied;
  };
  const tensors = snapshot.leaves.map((leaf) => {
    const { dtype, byteLength, at, pieces } = leaf;
    if (at === undefined) {
      takeCopied();
      chunks.push(...pieces);
    } else copied += byteLength;
    return { name: names.get(leaf) ?? "", dtype, shape: shapeOf(leaf), byteLength };
  });
  takeCopied();
  const frozen = [...names].flatMap(([node, name]) =>
    (node as TensorTree).reference?.frozen ? name : [],
  );
  return { state: whole(() => JSON.stringify(json)), tensors, chunks, frozen };
}
