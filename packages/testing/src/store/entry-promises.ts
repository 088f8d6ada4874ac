import { outcomeOf } from "../contract/outcome.ts";
import {
  assertEntry,
  assertListed,
  assertRejects,
  checkpoint,
  someBytes,
  type StorePromises,
} from "./promise-kit.ts";

/** What a store promises about its entries as a set: names, removal, and other store objects. */
export const entryPromises: StorePromises = {
  "remove takes the entry away": async ({ store }) => {
    await store.create(checkpoint, [someBytes(100)]);
    await store.remove(checkpoint);
    await assertListed(store, []);
    await assertRejects(store.read(checkpoint), "NOT_FOUND", "reading a removed entry");
  },

  "remove of an absent entry resolves": async ({ store }) => {
    await store.remove("lease-1.json");
    await store.create(checkpoint, [someBytes(100)]);
    await Promise.all([store.remove(checkpoint), store.remove(checkpoint)]);
    await store.remove(checkpoint);
    await assertListed(store, []);
  },

  "remove touches nothing else": async ({ store }) => {
    const others = ["lease-10.json", "lease-11.json", "lease-2.json", "checkpoint-1-1.safetensors"];
    for (const [index, name] of others.entries()) await store.create(name, [someBytes(9, index)]);
    await store.create("lease-1.json", [someBytes(9, 9)]);
    await store.remove("lease-1.json");
    await outcomeOf(store.remove("lease"));
    await assertListed(store, others);
    for (const [index, name] of others.entries())
      await assertEntry(store, name, someBytes(9, index));
  },

  "a removed name can be created again": async ({ store }) => {
    await store.create(checkpoint, [someBytes(100)]);
    await store.remove(checkpoint);
    await store.create(checkpoint, [someBytes(50, 2)]);
    await assertEntry(store, checkpoint, someBytes(50, 2));
  },

  "names compare as given: lease-9 and lease-10 are two entries": async ({ store }) => {
    const names = [
      "lease-9.json",
      "lease-10.json",
      "checkpoint-1-10.safetensors",
      "checkpoint-11-0.safetensors",
      "checkpoint-999999999999-999999999998.safetensors",
      "checkpoint-999999999999-999999999999.safetensors",
    ];
    for (const [index, name] of names.entries()) await store.create(name, [someBytes(9, index)]);
    await assertListed(store, names);
    for (const [index, name] of names.entries())
      await assertEntry(store, name, someBytes(9, index));
  },

  "many entries": async ({ store }) => {
    const all = Array.from({ length: 60 }, (_, index) => `checkpoint-1-${index}.safetensors`);
    await Promise.all(all.map((name, index) => store.create(name, [someBytes(index + 1, index)])));
    await assertListed(store, all);
    const kept = all.filter((_, index) => index % 2 === 1);
    await Promise.all(all.filter((name) => !kept.includes(name)).map((name) => store.remove(name)));
    await assertListed(store, kept);
    for (const [index, name] of all.entries()) {
      if (kept.includes(name)) await assertEntry(store, name, someBytes(index + 1, index));
    }
  },

  "a store that is opened later sees the same entries": async ({ store, reopen }) => {
    await store.create(checkpoint, [someBytes(100)]);
    await store.create("lease-1.json", [someBytes(20)]);
    await store.create("lease-2.json", [someBytes(10)]);
    await store.remove("lease-1.json");
    const later = await reopen();
    await assertListed(later, [checkpoint, "lease-2.json"]);
    await assertEntry(later, checkpoint, someBytes(100));
    await assertEntry(later, "lease-2.json", someBytes(10));
  },

  "two stores on the same entries see at once what the other did": async ({ store, reopen }) => {
    const other = await reopen();
    await assertListed(other, []);
    await store.create("lease-1.json", [someBytes(10)]);
    await assertListed(other, ["lease-1.json"]);
    await assertEntry(other, "lease-1.json", someBytes(10));
    const taken = other.create("lease-1.json", [someBytes(20)]);
    await assertRejects(taken, "ALREADY_EXISTS", "creating what the other store created");
    await other.create("lease-2.json", [someBytes(30)]);
    await other.remove("lease-1.json");
    await assertListed(store, ["lease-2.json"]);
    await assertRejects(store.read("lease-1.json"), "NOT_FOUND", "reading what the other removed");
    await store.create("lease-1.json", [someBytes(40)]);
    await assertEntry(other, "lease-1.json", someBytes(40));
  },
};
