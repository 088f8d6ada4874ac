import { RepriseError, show } from "../errors.ts";
import { arraySource } from "./data-source-array.ts";
import type { Data, DataSource } from "./data-source.ts";
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
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `Expected the data of the loop to be an array, an iterable, an async iterable or a data source ` +
      `such as shuffledBatches(length, { batchSize, random }), got ${show(data)}. ${cure(data)}`,
  );
}

function isDataSource<T>(data: Data<T>): data is DataSource<T> {
  const source = data as Partial<DataSource<T>> | null | undefined;
  return typeof source?.open === "function" && typeof source.descriptor?.kind === "string";
}

function isIterable<T>(data: Data<T>): data is Iterable<T> | AsyncIterable<T> {
  const iterable = data as Partial<Iterable<T> & AsyncIterable<T>> | null | undefined;
  return (
    typeof iterable?.[Symbol.asyncIterator] === "function" ||
    typeof iterable?.[Symbol.iterator] === "function"
  );
}

function cure(data: unknown): string {
  if (typeof data === "function") return "Call the function and pass what it returns.";
  if (typeof (data as { then?: unknown } | null | undefined)?.then === "function") {
    return "Await the promise and pass what it gives.";
  }
  return "Give an object of your own an open() and a descriptor, or make it iterable.";
}
