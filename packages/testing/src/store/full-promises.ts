import type { CheckpointStore } from "@reprise/core";
import { assertEqual, assertSameBytes } from "../contract/assert.ts";
import { outcomeOf } from "../contract/outcome.ts";
import {
  assertEntry,
  assertListed,
  assertNames,
  assertRejects,
  checkpoint,
  inChunks,
  someBytes,
  type StorePromises,
} from "./promise-kit.ts";

/** The room, in bytes, of the stores that these promises are shown on. */
export const roomBytes: number = 2 ** 18;

const kept = "checkpoint-1-0.safetensors";
const small = someBytes(1000, 2);
const tooLarge = someBytes(2 * roomBytes + 1);

/** What a store promises when it has no room left. */
export const fullPromises: StorePromises = {
  "a create that has no room is STORE_FULL": async ({ store }) => {
    await assertRejects(createTooLarge(store), "STORE_FULL", "creating too large an entry");
  },

  "a create that has no room leaves the entry absent or whole": async ({ store, reopen }) => {
    await outcomeOf(createTooLarge(store));
    const later = await reopen();
    const outcome = await outcomeOf(later.read(checkpoint));
    if ("value" in outcome) assertSameBytes(outcome.value, tooLarge, "the entry after the failure");
    assertEqual(
      (await later.list()).includes(checkpoint),
      "value" in outcome,
      "whether it is listed",
    );
  },

  "a create that has no room leaves the other entries as they are": async ({ store }) => {
    await store.create(kept, [small.slice()]);
    await outcomeOf(createTooLarge(store));
    await assertEntry(store, kept, small);
  },

  "a create that has no room leaves nothing behind": async ({ store, reopen }) => {
    await store.create(kept, [small.slice()]);
    await outcomeOf(createTooLarge(store));
    const names = [...(await (await reopen()).list())];
    assertNames(
      names.filter((name) => name !== checkpoint),
      [kept],
    );
  },

  "after a create that had no room, one that fits succeeds under the same name": async ({
    store,
  }) => {
    await outcomeOf(createTooLarge(store));
    if ((await store.list()).includes(checkpoint)) await store.remove(checkpoint);
    await store.create(checkpoint, [small.slice()]);
    await assertEntry(store, checkpoint, small);
    await assertListed(store, [checkpoint]);
  },
};

function createTooLarge(store: CheckpointStore): Promise<void> {
  return store.create(checkpoint, inChunks(tooLarge, 2 ** 14));
}
