import { RepriseError } from "../errors.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { DataCursor, DataSource, DataStart } from "./data-source.ts";
import { refuseTooFew } from "./data-source-too-few.ts";

type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;
type AnyIterator<T> = Iterator<T> | AsyncIterator<T>;

interface Restorable {
  stateDict(): StateDict;
  loadStateDict(state: StateDict): void | Promise<void>;
}

/**
 * The items of an iterable in the order it gives them. Two epochs iterate it twice, so one that is
 * used up by the first is refused with `DATA_USED_UP` at the second, unless it restores itself.
 */
export function iterableSource<T>(iterable: AnyIterable<T>): DataSource<T> {
  return isRestorable(iterable) ? restorableSource(iterable) : replayedSource(iterable);
}

function restorableSource<T>(iterable: AnyIterable<T> & Restorable): DataSource<T> {
  const open = (): DataCursor<T> => ({
    ...cursorOver(iteratorOf(iterable)),
    stateDict: () => iterable.stateDict(),
  });
  return {
    descriptor: { kind: "restorableIterable" },
    open({ consumed, state }) {
      if (state !== undefined) return restore(iterable, state).then(open);
      if (consumed === 0) return open();
      throw new RepriseError(
        "DATA_MISMATCH",
        `Expected the checkpoint to hold the state of the data after ${consumed} items, since the data ` +
          `has a loadStateDict(), found none.`,
        { details: { consumed } },
      );
    },
  };
}

async function restore(data: Restorable, state: StateDict): Promise<void> {
  await data.loadStateDict(state);
}

function replayedSource<T>(iterable: AnyIterable<T>): DataSource<T> {
  return {
    descriptor: { kind: "iterable" },
    open(start) {
      const iterator = iteratorOf(iterable);
      if (usedUp.has(iterator)) refuseUsedUp(start);
      usedUp.add(iterator);
      return skip(iterator, start.consumed);
    },
  };
}

// A generator object is its own iterator: asked a second time, it gives the same iterator, which goes
// on where it was, or is at its end. An array or a Set makes a new one each time.
const usedUp = new WeakSet<AnyIterator<unknown>>();

function refuseUsedUp({ epoch }: DataStart): never {
  throw new RepriseError(
    "DATA_USED_UP",
    `The data of epoch ${epoch} is an iterator that was iterated before: what is left of it, if ` +
      `anything, is not what a resumed run would find. Make a new one for each epoch, by calling the ` +
      `generator function inside the loop over the epochs, as in epoch.batches(makeBatches()), or pass ` +
      `an array or another iterable that starts anew each time.`,
    { details: { epoch } },
  );
}

// Stays synchronous for as long as the iterator does.
function skip<T>(
  iterator: AnyIterator<T>,
  consumed: number,
): DataCursor<T> | Promise<DataCursor<T>> {
  for (let found = 0; found < consumed; found++) {
    const item = iterator.next();
    if ("then" in item) return skipAsync(iterator, item, found, consumed);
    if (item.done) refuseTooFew("items", found, consumed);
  }
  return cursorOver(iterator);
}

async function skipAsync<T>(
  iterator: AnyIterator<T>,
  first: Promise<IteratorResult<T>>,
  skipped: number,
  consumed: number,
): Promise<DataCursor<T>> {
  let item = await first;
  for (let found = skipped; ; found++) {
    if (item.done) refuseTooFew("items", found, consumed);
    if (found + 1 === consumed) return cursorOver(iterator);
    item = await iterator.next();
  }
}

function cursorOver<T>(iterator: AnyIterator<T>): DataCursor<T> {
  return {
    next: () => iterator.next(),
    // An iterator that was left early may hold a file or a connection.
    close() {
      const returned = iterator.return?.();
      return returned && "then" in returned ? returned.then(() => undefined) : undefined;
    },
  };
}

function iteratorOf<T>(iterable: AnyIterable<T>): AnyIterator<T> {
  return Symbol.asyncIterator in iterable
    ? iterable[Symbol.asyncIterator]()
    : iterable[Symbol.iterator]();
}

function isRestorable<T>(iterable: AnyIterable<T>): iterable is AnyIterable<T> & Restorable {
  const { stateDict, loadStateDict } = iterable as AnyIterable<T> & Partial<Restorable>;
  return typeof stateDict === "function" && typeof loadStateDict === "function";
}
