import { RepriseError } from "../errors.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import { dataMismatch } from "./data-mismatch.ts";
import type { DataCursor, DataSource } from "./data-source.ts";
import { hasMethod } from "./has-method.ts";

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
      if (state !== undefined) return Promise.resolve(iterable.loadStateDict(state)).then(open);
      if (consumed === 0) return open();
      throw dataMismatch(consumed, "none", "a state of the data in the checkpoint");
    },
  };
}

// A generator object is its own iterator: asked a second time, it gives the same iterator, which goes
// on where it was, or is at its end. An array or a Set makes a new one each time.
const usedUp = new WeakSet<AnyIterator<unknown>>();

function replayedSource<T>(iterable: AnyIterable<T>): DataSource<T> {
  return {
    descriptor: { kind: "iterable" },
    open({ epoch, consumed }) {
      const iterator = iteratorOf(iterable);
      if (usedUp.has(iterator)) {
        throw new RepriseError(
          "DATA_USED_UP",
          `The data of epoch ${epoch} is an iterator that was used before. ` +
            `Make a new one for each epoch, inside the loop over the epochs.`,
          { details: { epoch } },
        );
      }
      usedUp.add(iterator);
      return hasMethod(iterable, Symbol.asyncIterator)
        ? skipAsync(iterator, consumed)
        : skip(iterator as Iterator<T>, consumed);
    },
  };
}

function skip<T>(iterator: Iterator<T>, consumed: number): DataCursor<T> {
  for (let found = 0; found < consumed; found++) {
    if (iterator.next().done) throw dataMismatch(consumed, found);
  }
  return cursorOver(iterator);
}

async function skipAsync<T>(iterator: AnyIterator<T>, consumed: number): Promise<DataCursor<T>> {
  for (let found = 0; found < consumed; found++) {
    if ((await iterator.next()).done) throw dataMismatch(consumed, found);
  }
  return cursorOver(iterator);
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
  const either: Iterable<T> & Partial<AsyncIterable<T>> = iterable as Iterable<T>;
  return either[Symbol.asyncIterator]?.() ?? either[Symbol.iterator]();
}

function isRestorable<T>(iterable: AnyIterable<T>): iterable is AnyIterable<T> & Restorable {
  return hasMethod(iterable, "stateDict") && hasMethod(iterable, "loadStateDict");
}
