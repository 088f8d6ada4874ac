import type { CheckpointStore } from "@reprise/core";
import { storeContract } from "@reprise/testing";
import { indexedDb } from "../../recipes/indexed-db.ts";

interface Subject {
  readonly store: CheckpointStore;
  readonly reopen: () => Promise<CheckpointStore>;
}

/** The tests of the contract, each with its error, which is empty where there was none. */
export type Results = [name: string, error: string][];

export async function checkIndexedDb(): Promise<Results> {
  const tests: [name: string, body: () => Promise<void>][] = [];
  let databases = 0;
  const subject = (): Subject => {
    databases += 1;
    const name = `contract ${databases}`;
    return { store: indexedDb(name), reopen: async () => indexedDb(name) };
  };
  storeContract({
    it: (name, body) => tests.push([name, body]),
    factory: async () => subject(),
    async factoryWithForeign(name) {
      const made = subject();
      await made.store.create(name, [Uint8Array.of(1)]);
      return made;
    },
  });
  const results: Results = [];
  for (const [name, body] of tests) {
    const error = await body().then(() => "", String);
    results.push([name, error]);
  }
  return results;
}
