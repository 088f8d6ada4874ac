import { RepriseError, show } from "../errors.ts";
import type { DataCursor } from "./data-source.ts";
import { refuseTooFew } from "./data-source-too-few.ts";

interface Cut {
  readonly batchSize: number;
  readonly dropRemainder: boolean;
}

/** Cuts `order` into batches and begins behind the first `consumed` of them. */
export function batchCursor(
  order: Uint32Array,
  cut: Cut,
  consumed: number,
): DataCursor<Uint32Array> {
  const { batchSize, dropRemainder } = cut;
  const whole = Math.floor(order.length / batchSize);
  const count = dropRemainder ? whole : Math.ceil(order.length / batchSize);
  if (consumed > count) refuseTooFew("batches", count, consumed);
  let batch = consumed;
  return {
    next(): IteratorResult<Uint32Array> {
      if (batch >= count) return { done: true, value: undefined };
      const start = batch++ * batchSize;
      return { done: false, value: order.slice(start, start + batchSize) };
    },
  };
}

/** Throws `INVALID_ARGUMENT` unless `length` samples can be cut into at least one batch. */
export function checkBatches(
  caller: string,
  length: number,
  { batchSize, dropRemainder }: Cut,
): void {
  if (!Number.isInteger(length) || length < 1 || length > largestLength) {
    refuse(`the length of ${caller} to be a number of samples from 1 to ${largestLength}`, length);
  }
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    refuse(`the batchSize of ${caller} to be a positive integer`, batchSize);
  }
  if (typeof dropRemainder !== "boolean") {
    refuse(`the option dropRemainder of ${caller} to be true or false`, dropRemainder);
  }
  if (dropRemainder && batchSize > length) {
    refuse(
      `the batchSize of ${caller} to be at most the length ${length}, since dropRemainder leaves out ` +
        `the only batch otherwise`,
      batchSize,
    );
  }
}

// Indices are held in 32 bits.
const largestLength = 2 ** 32 - 1;

function refuse(expected: string, found: unknown): never {
  throw new RepriseError("INVALID_ARGUMENT", `Expected ${expected}, got ${show(found)}.`);
}
