import { describe, expect, test } from "@jest/globals";
import { type Holder, memory } from "@reprise/core";
import { foreignTemporaryName } from "../../src/mutants/stores/foreign-temporary-name.ts";
import { heartbeatPresence } from "../../src/mutants/stores/heartbeat-presence.ts";
import { inPlace } from "../../src/mutants/stores/in-place.ts";
import { leaseNotSynced } from "../../src/mutants/stores/lease-not-synced.ts";
import { noDirectorySync } from "../../src/mutants/stores/no-directory-sync.ts";
import { noSizeCheck } from "../../src/mutants/stores/no-size-check.ts";
import { noSync } from "../../src/mutants/stores/no-sync.ts";
import { renameOver } from "../../src/mutants/stores/rename-over.ts";
import { retriedSync } from "../../src/mutants/stores/retried-sync.ts";
import { singleWrite } from "../../src/mutants/stores/single-write.ts";
import { soundStore } from "../../src/mutants/stores/sound-store.ts";
import { syncAfterLink } from "../../src/mutants/stores/sync-after-link.ts";
import { syncNotAwaited } from "../../src/mutants/stores/sync-not-awaited.ts";
import { twoFiles } from "../../src/mutants/stores/two-files.ts";
import { unlinkFirst } from "../../src/mutants/stores/unlink-first.ts";
import { holderContract, type HeldStore } from "../../src/store/holder-contract.ts";
import { storeTests } from "./store-tests.ts";

const mutants = {
  foreignTemporaryName,
  inPlace,
  leaseNotSynced,
  noDirectorySync,
  noSizeCheck,
  noSync,
  renameOver,
  retriedSync,
  singleWrite,
  syncAfterLink,
  syncNotAwaited,
  twoFiles,
  unlinkFirst,
};

const firstSave = "a first save, crashed anywhere, loses nothing";
const saves = "saves that replace each other, crashed anywhere, loses nothing";
const takeOver = "a take-over from a dead run, crashed anywhere, loses nothing";
const failing = "any call that answers EIO costs at most its save";
const failingForEver = "any call, and all after it, that answer EIO cost at most their saves";
const short = "writes that take fewer bytes than they were given store all of them";
const full = "a disk that runs full at any point costs at most the save";
const lying = "a write that stores nothing and reports success is noticed";
const isWhole = "create is invisible until it is whole";
const refusesTaken = "create refuses a name that is taken and leaves its bytes";
const isFull = "a create that has no room is STORE_FULL";
const fullLeavesOthers = "a create that has no room leaves the other entries as they are";

/** Tests that each store must fail. All of them pass for the store that is sound. */
const foundBy = {
  inPlace: [firstSave, saves, takeOver],
  noSync: [firstSave, saves, takeOver, failing],
  noDirectorySync: [firstSave, saves, takeOver, failingForEver],
  syncAfterLink: [firstSave, saves, takeOver, failing],
  syncNotAwaited: [firstSave, saves, takeOver, failing],
  leaseNotSynced: [firstSave, saves, takeOver],
  twoFiles: [firstSave, saves, takeOver, isWhole],
  singleWrite: [short, full, lying, isFull],
  noSizeCheck: [lying],
  unlinkFirst: [saves, takeOver, failing, fullLeavesOthers],
  retriedSync: [failing],
  foreignTemporaryName: [firstSave, saves, takeOver, isWhole],
  renameOver: [refusesTaken],
} as const satisfies Readonly<Record<keyof typeof mutants, readonly string[]>>;

/** Which of the tests a store fails. */
async function failures(
  make: Parameters<typeof storeTests>[0],
  names: readonly string[],
): Promise<string[]> {
  const tests = storeTests(make);
  const failed: string[] = [];
  for (const name of names) {
    const body = tests.get(name);
    if (body === undefined) throw new Error(`There is no test "${name}".`);
    await body().catch(() => failed.push(name));
  }
  return failed;
}

describe("a store", () => {
  test("that is sound passes every test that finds another one", async () => {
    const names = [...new Set<string>(Object.values(foundBy).flat())];
    expect(await failures(soundStore, names)).toEqual([]);
  }, 120_000);

  test.each(Object.entries(foundBy) as [keyof typeof foundBy, readonly string[]][])(
    "that is wrong as %s is found",
    async (mutant, names) => {
      expect(await failures(mutants[mutant], names)).toEqual(names);
    },
    120_000,
  );
});

describe("a presence", () => {
  async function failedWith(factory: () => Promise<HeldStore>): Promise<string[]> {
    const failed: string[] = [];
    const tests: [name: string, body: () => Promise<void>][] = [];
    holderContract({ it: (name, body) => tests.push([name, body]), factory });
    for (const [name, body] of tests) await body().catch(() => failed.push(name));
    return failed;
  }

  test("that goes by a heartbeat is found, and one that asks whether the process lives is not", async () => {
    const byHeartbeat = async (): Promise<HeldStore> => {
      let [now, lastBeat] = [0, 0];
      const presence = heartbeatPresence({
        now: () => now,
        lastBeat: () => lastBeat,
        staleMs: 10_000,
      });
      const store = { ...memory(), presence };
      const pass = (): void => {
        now += 3_600_000;
      };
      return { holder: store, starter: store, compute: pass, die: pass };
    };
    expect(await failedWith(byHeartbeat)).toEqual([
      "a holder that computes for an hour keeps its run",
    ]);

    const byProcess = async (): Promise<HeldStore> => {
      let isAlive = true;
      const presence = {
        describe: async (): Promise<Holder> => ({ since: "2026-01-01T00:00:00.000Z" }),
        probe: async () => (isAlive ? ("alive" as const) : ("dead" as const)),
        name: () => "the other process",
        claiming: <T>(claim: () => Promise<T>) => claim(),
      };
      const store = { ...memory(), presence };
      const die = (): void => {
        isAlive = false;
      };
      return { holder: store, starter: store, compute: () => {}, die };
    };
    expect(await failedWith(byProcess)).toEqual([]);
  });
});
