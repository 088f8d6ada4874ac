/**
 * What a data source is, as far as the order of its items depends on it. Saved with the position, and
 * compared before an interrupted phase goes on.
 */
export interface DataDescriptor {
  /** The kind of source, such as `"array"` or `"shuffledBatches"`. */
  readonly kind: string;
  /** The number of samples. */
  readonly length?: number;
  /** The number of samples in a batch. */
  readonly batchSize?: number;
  /** The seed of the order. */
  readonly seed?: number;
  readonly [more: string]: string | number | boolean | undefined;
}
