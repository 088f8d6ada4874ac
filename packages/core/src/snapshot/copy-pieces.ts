import type { TensorTree } from "./state-tree.ts";

/** Writes the bytes of a tensor from a file into `buffer` from `byteOffset` on. */
export function copyPieces(tensor: TensorTree, buffer: ArrayBufferLike, byteOffset: number): void {
  let skip = tensor.owner === undefined ? 0 : tensor.delta;
  let written = 0;
  for (const piece of (tensor.owner ?? tensor).pieces) {
    const part = piece.subarray(skip, skip + tensor.byteLength - written);
    skip = Math.max(0, skip - piece.length);
    new Uint8Array(buffer, byteOffset + written, part.length).set(part);
    written += part.length;
  }
}
