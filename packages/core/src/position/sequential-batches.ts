import type { DataSource } from "./data-source.ts";
import { batchSource } from "./data-source-batches.ts";

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
  return batchSource({ kind: "sequentialBatches", length, batchSize: options.batchSize });
}
