import type { StateDict } from "../snapshot/training-state.ts";
import type { DataDescriptor } from "./descriptor.ts";

/** Where in the data of a phase to begin. */
export interface DataStart {
  /** The epoch, counted from 0. */
  readonly epoch: number;
  /** The number of items that the interrupted loop was done with. */
  readonly consumed: number;
  /** What the cursor's `stateDict` gave after that many items, if it has one. */
  readonly state?: StateDict;
}

/** Items in an order that can be entered anywhere. */
export interface DataSource<T> {
  readonly descriptor: DataDescriptor;
  /**
   * Opens the data of one epoch behind the first `consumed` items. Throws or rejects with
   * `DATA_MISMATCH` when there are fewer.
   */
  open(start: DataStart): DataCursor<T> | Promise<DataCursor<T>>;
}

/** A way through the data of one epoch. Nothing is fetched before it is asked for. */
export interface DataCursor<T> {
  /** The next item. A promise only where the data is asynchronous: the loop around this is hot. */
  next(): IteratorResult<T> | Promise<IteratorResult<T>>;
  /** Called when the loop is left before the data ended. */
  close?(): void | Promise<void>;
  /** The state of the data after the last item that `next` gave. */
  stateDict?(): StateDict;
}

/** What a loop can go through: an array, any iterable, or a source that knows its own order. */
export type Data<T> = DataSource<T> | Iterable<T> | AsyncIterable<T>;
