import { expected } from "../errors.ts";
import { isThenable } from "../thenable.ts";
import type { Data, DataSource } from "./data-source.ts";
import { hasMethod } from "./has-method.ts";
import { indexedCursor } from "./indexed-cursor.ts";
import { iterableSource } from "./iterable-source.ts";

/**
 * The data as a source. Arrays are entered by index; an iterable with `stateDict()` and
 * `loadStateDict()` restores itself; of any other iterable the consumed items are asked for again and
 * skipped. Throws `INVALID_ARGUMENT` for anything else.
 */
export function toDataSource<T>(data: Data<T>): DataSource<T> {
  if (Array.isArray(data)) return arraySource<T>(data);
  if (isDataSource(data)) return data;
  if (isIterable(data)) return iterableSource(data);
  throw expected(
    "the data of the loop",
    "an array, an iterable or a data source with open() and a descriptor",
    data,
    typeof data === "function" ? "Call it first." : isThenable(data) ? "Await it first." : "",
  );
}

function arraySource<T>(items: readonly T[]): DataSource<T> {
  return {
    descriptor: { kind: "array", length: items.length },
    open: ({ consumed }) => indexedCursor(items, consumed, (index) => items[index] as T),
  };
}

function isDataSource<T>(data: Data<T>): data is DataSource<T> {
  return (
    hasMethod(data, "open") && typeof (data as Partial<DataSource<T>>).descriptor?.kind === "string"
  );
}

function isIterable<T>(data: Data<T>): data is Iterable<T> | AsyncIterable<T> {
  return hasMethod(data, Symbol.asyncIterator) || hasMethod(data, Symbol.iterator);
}
