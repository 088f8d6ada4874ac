import type { Captured } from "./capture.ts";
import type { StateTree } from "./state-tree.ts";
import type { TypedArray } from "./training-state.ts";

/**
 * Gives every tensor of a captured state bytes of its own, as though it had been read from a file,
 * so that it can be compared, materialized and restored like one. The bytes are those of the call.
 */
export async function detach(captured: Captured): Promise<Readonly<Record<string, StateTree>>> {
  for (const leaf of captured.leaves) {
    if (leaf.view === undefined) continue;
    leaf.pieces = [copyBytes(leaf.view)];
    leaf.view = undefined;
  }
  try {
    for (const leaf of captured.leaves) {
      if (leaf.reference) leaf.pieces = [copyBytes(await leaf.reference.read())];
    }
  } finally {
    captured.release();
  }
  return captured.roots;
}

function copyBytes({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}
