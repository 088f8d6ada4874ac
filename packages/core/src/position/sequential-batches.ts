import type { DataSource } from "./data-source.ts";
import { batchCursor, checkBatches } from "./data-source-batches.ts";

/**
 * Batches of indices into `length` samples in their order, the last one as small as it comes: for
 * validation, and for data whose order matters. Entered at any batch, as `shuffledBatches` is.
 *
 * Throws `INVALID_ARGUMENT` for a length or batch size that is not a positive integer.
 */
export function sequentialBatches(
  length: number,
  options: { readonly batchSize: number },
): DataSource<Uint32Array> {
  const cut = { batchSize: options.batchSize, dropRemainder: false };
  checkBatches("sequentialBatches", length, cut);
  return {
    descriptor: { kind: "sequentialBatches", length, batchSize: cut.batchSize },
    open: ({ consumed }) =>
      batchCursor(
        Uint32Array.from({ length }, (_, index) => index),
        cut,
        consumed,
      ),
  };
}
