import type { CheckpointStore } from "@reprise/core";
import type { Moment } from "./lives.ts";

/** Offered to the page by the test. Never resolves where the page is to be ended. */
declare const reach: (write: number, moment: Moment) => Promise<void>;

/** A store that tells the test of each of its writes, which are counted from 1. */
export function watched(store: CheckpointStore): CheckpointStore {
  let writes = 0;
  return {
    ...store,
    async create(name, chunks) {
      writes += 1;
      const write = writes;
      const created = store.create(name, chunks);
      await reach(write, "during");
      await created;
      await reach(write, "after");
    },
  };
}
