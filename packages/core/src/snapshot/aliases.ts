import type { TensorTree } from "./state-tree.ts";

/**
 * Given all views into one buffer, makes each that lies within another one a part of it, so that
 * its bytes are stored once. Views that overlap only in part are stored on their own.
 */
export function linkViews(views: readonly TensorTree[]): void {
  const sorted = views.toSorted((a, b) => start(a) - start(b) || b.byteLength - a.byteLength);
  let owner: TensorTree | undefined;
  let end = 0;
  for (const tensor of sorted) {
    const delta = start(tensor) - (owner ? start(owner) : 0);
    if (owner && start(tensor) + tensor.byteLength <= end) {
      tensor.owner = owner;
      tensor.delta = delta;
      // Typed arrays are at most 8 bytes an element: with the same remainder every view is aligned.
      owner.pad = start(owner) % 8;
    } else {
      owner = tensor;
      end = start(tensor) + tensor.byteLength;
    }
  }
}

function start(tensor: TensorTree): number {
  return tensor.view?.byteOffset ?? 0;
}
