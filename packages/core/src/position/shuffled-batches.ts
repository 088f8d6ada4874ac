import { expected } from "../errors.ts";
import type { DataSource } from "./data-source.ts";
import { batchSource } from "./data-source-batches.ts";
import type { KeyedRandom } from "./random.ts";

/** How `shuffledBatches` orders and cuts the samples. */
export interface ShuffledBatchesOptions {
  /** The number of samples in a batch. */
  readonly batchSize: number;
  /** Where the order comes from: `keyedRandom(seed)`. */
  readonly random: KeyedRandom;
  /**
   * Whether to leave out the last batch when it would be smaller than the others.
   * @default false
   */
  readonly dropRemainder?: boolean;
  /**
   * What tells this order from others of the same seed, such as a second set of data.
   * @default "shuffle"
   */
  readonly label?: string;
}

/**
 * Batches of indices into `length` samples, in an order that is a pure function of (seed, label,
 * epoch): each epoch goes through every sample once, in an order of its own. It is entered at any batch
 * without going through those before. Every batch is an array of its own, which the loop may keep.
 *
 * Throws `INVALID_ARGUMENT` for a length or batch size that is not a positive integer.
 */
export function shuffledBatches(
  length: number,
  options: ShuffledBatchesOptions,
): DataSource<Uint32Array> {
  const { batchSize, random, dropRemainder = false, label = "shuffle" } = options;
  if (typeof random !== "function" || !("seed" in random)) {
    throw expected("the random of shuffledBatches", "a keyedRandom(seed)", random);
  }
  const { seed } = random;
  return batchSource(
    { kind: "shuffledBatches", length, batchSize, seed, dropRemainder, label },
    (order, epoch) => random(label, epoch).shuffle(order),
  );
}
