/** One way through the elements of a dataset, as `tf.data` gives it. */
export interface DatasetIterator {
  next(): Promise<IteratorResult<unknown>>;
  /** Lets go of what the iterator holds, if it holds anything. */
  return?(): unknown;
}

/** A `tf.data.Dataset` whose elements are batches `{ xs, ys }`. Taken by its shape: tf.data is not needed. */
export interface Dataset {
  /** A new iterator. That of a shuffled dataset has an order of its own, which follows from how many came before. */
  iterator(): Promise<DatasetIterator>;
  /** The number of elements, where it is known. */
  readonly size?: number | null;
}

export function isDataset(value: unknown): value is Dataset {
  return typeof (value as Partial<Dataset> | null | undefined)?.iterator === "function";
}

/** Makes a dataset: a new one, which gives the same elements, in each call. */
export type MakeDataset = () => Dataset | Promise<Dataset>;

export function isMaker(value: unknown): value is MakeDataset {
  return typeof value === "function";
}
