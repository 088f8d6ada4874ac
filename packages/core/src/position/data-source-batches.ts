import { expected } from "../errors.ts";
import type { DataSource } from "./data-source.ts";
import type { DataDescriptor } from "./descriptor.ts";
import { indexedCursor } from "./indexed-cursor.ts";

/** Samples that are cut into batches; `kind` is the name of the function that the user called. */
interface BatchDescriptor extends DataDescriptor {
  readonly length: number;
  readonly batchSize: number;
  readonly dropRemainder?: boolean;
}

/**
 * Batches of sample indices, in the order that `arrange` makes of the ascending one. Throws
 * `INVALID_ARGUMENT` unless the samples can be cut into at least one batch.
 */
export function batchSource(
  descriptor: BatchDescriptor,
  arrange?: (order: Uint32Array, epoch: number) => void,
): DataSource<Uint32Array> {
  const { kind, length, batchSize, dropRemainder = false } = descriptor;
  // Indices are held in 32 bits.
  if (!Number.isInteger(length) || length < 1 || length >= 2 ** 32) {
    throw expected(`the length of ${kind}`, "a positive integer below 2 ** 32", length);
  }
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw expected(`the batchSize of ${kind}`, "a positive integer", batchSize);
  }
  if (typeof dropRemainder !== "boolean") {
    throw expected(`the dropRemainder of ${kind}`, "true or false", dropRemainder);
  }
  const batches = {
    length: dropRemainder ? Math.floor(length / batchSize) : Math.ceil(length / batchSize),
  };
  if (batches.length === 0) {
    throw expected(
      `the batchSize of ${kind}`,
      `at most its length ${length}`,
      batchSize,
      "dropRemainder would leave out the only batch.",
    );
  }
  return {
    descriptor,
    open({ epoch, consumed }) {
      const order = new Uint32Array(length).map((_, index) => index);
      arrange?.(order, epoch);
      return indexedCursor(batches, consumed, (batch) =>
        order.slice(batch * batchSize, (batch + 1) * batchSize),
      );
    },
  };
}
