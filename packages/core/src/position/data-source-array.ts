import type { DataSource } from "./data-source.ts";
import { refuseTooFew } from "./data-source-too-few.ts";

/** The items of an array in their order, entered by index. */
export function arraySource<T>(items: readonly T[]): DataSource<T> {
  return {
    descriptor: { kind: "array", length: items.length },
    open({ consumed }) {
      if (consumed > items.length) refuseTooFew("items", items.length, consumed);
      let index = consumed;
      return {
        next(): IteratorResult<T> {
          if (index >= items.length) return { done: true, value: undefined };
          return { done: false, value: items[index++] as T };
        },
      };
    },
  };
}
