import assert from "node:assert/strict";
import { surviveCrashes } from "./store-crashes.ts";
import {
  faultCodes,
  surviveFaults,
  surviveLyingWrites,
  surviveSmallDisk,
  type StoreFault,
} from "./store-faults.ts";
import type { OpenStore } from "./store-life.ts";
import { storeScenarios } from "./store-scenarios.ts";

/** What {@link storeCrashContract} and {@link storeFaultContract} need to know. */
export interface StoreOnCrashFs {
  /** Registers a test: `test` or `it` of any runner. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Opens the store under test on a disk, in {@link storeDirectory}, as a new process would. */
  readonly open: OpenStore;
}

/**
 * Registers one test for everything that a training does with its store: whatever a kill or a loss of
 * power leaves, in every model and at every instant, the next start resumes whole from the last save
 * that was acknowledged, or a later one, saves again and leaves no litter.
 */
export function storeCrashContract({ it, open }: StoreOnCrashFs): void {
  for (const [name, scenario] of Object.entries(storeScenarios)) {
    it(`${name}, crashed anywhere, loses nothing`, async () => {
      const crashes = await surviveCrashes(open, scenario);
      assert.ok(crashes >= 30, `${crashes} crashes are too few to have been everywhere`);
    });
  }
  it("a first save, crashed anywhere, and then the start after that, loses nothing", async () => {
    const scenario = storeScenarios["a first save"];
    const crashes = await surviveCrashes(open, scenario, { models: ["posix"], crashes: 2 });
    assert.ok(crashes >= 500, `${crashes} crashes are too few to have been everywhere`);
  });
}

/**
 * Registers one test for every way in which the calls of a disk fail: a failure is told as a
 * `RepriseError`, what was acknowledged before stays, and the next start saves again.
 */
export function storeFaultContract({ it, open }: StoreOnCrashFs): void {
  const failing = async (fault: StoreFault): Promise<void> => {
    const calls = await surviveFaults(open, fault);
    const kinds = new Set(calls.map(({ syscall }) => syscall));
    assert.ok(calls.length >= 30 && kinds.size >= 5, `only ${calls.length} calls failed`);
  };
  for (const code of faultCodes) {
    it(`any call that answers ${code} costs at most its save`, () => failing({ code }));
    it(`any call, and all after it, that answer ${code} cost at most their saves`, () =>
      failing({ code, forever: true }));
  }
  it("any call that answers EIO, but did its work, costs at most its save", () =>
    failing({ code: "EIO", landed: true }));

  it("writes that take fewer bytes than they were given store all of them", async () => {
    for (const shortWriteBytes of [1, 1000, 4096, 6000]) {
      assert.ok(await surviveSmallDisk(open, { shortWriteBytes }), "The save failed.");
    }
  });

  it("a disk that runs full at any point costs at most the save", async () => {
    const outcomes = new Set<boolean>();
    for (let capacity = 14_000; capacity <= 36_000; capacity += 1000) {
      for (const shortWriteBytes of [1500, Infinity]) {
        outcomes.add(await surviveSmallDisk(open, { capacity, shortWriteBytes }));
      }
    }
    assert.deepEqual([...outcomes], [false, true], "whether the saves succeeded");
  });

  it("a write that stores nothing and reports success is noticed", async () => {
    const writes = await surviveLyingWrites(open);
    assert.ok(writes.length >= 3, `only ${writes.length} writes lied`);
  });
}
