import { bytesOf } from "./array-types.ts";
import type { Captured } from "./capture.ts";
import type { StateTree } from "./state-tree.ts";

/**
 * Gives every tensor of a captured state bytes of its own, as though it had been read from a file,
 * so that it can be compared, materialized and restored like one. The bytes are those of the call.
 */
export async function detach(captured: Captured): Promise<Readonly<Record<string, StateTree>>> {
  for (const leaf of captured.leaves) {
    if (leaf.view) leaf.pieces = [bytesOf(leaf.view).slice()];
    leaf.view = undefined;
  }
  try {
    for (const leaf of captured.leaves)
      if (leaf.reference) leaf.pieces = [bytesOf(await leaf.reference.read()).slice()];
  } finally {
    captured.release();
  }
  return captured.roots;
}
