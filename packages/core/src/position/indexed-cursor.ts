import type { DataCursor } from "./data-source.ts";
import { dataMismatch } from "./data-mismatch.ts";

/**
 * A way through as many items as `items.length` says, each reached by its index, begun behind the
 * first `consumed`. Throws `DATA_MISMATCH` when there are fewer.
 */
export function indexedCursor<T>(
  items: { readonly length: number },
  consumed: number,
  itemAt: (index: number) => T,
): DataCursor<T> {
  if (consumed > items.length) throw dataMismatch(consumed, items.length);
  let index = consumed;
  return {
    next: () =>
      index < items.length
        ? { done: false, value: itemAt(index++) }
        : { done: true, value: undefined },
  };
}
