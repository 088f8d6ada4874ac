import { assertListed, checkpoint, someBytes, type StorePromises } from "./promise-kit.ts";

/** The name of what something else has put where the entries are. */
export const foreignName = "notes.txt";

/** What a store promises about entries that it did not make. */
export const foreignPromises: StorePromises = {
  "a foreign entry is listed": async ({ store }) => {
    await assertListed(store, [foreignName]);
  },

  "a foreign entry stays when others are created and removed": async ({ store }) => {
    await store.create(checkpoint, [someBytes(100)]);
    await assertListed(store, [foreignName, checkpoint]);
    await store.remove(checkpoint);
    await assertListed(store, [foreignName]);
  },
};
