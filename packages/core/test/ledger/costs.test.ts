import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { memory } from "../../src/store/memory-store.ts";
import { beginLife, cost, endLife, put } from "./lives.ts";

afterEach(() => liveRuns().clear());

describe("the costs that a ledger knows", () => {
  test("are none before a save", async () => {
    const store = memory();
    await endLife(await beginLife(store, 0), "failed", 1);
    const { ledger } = await beginLife(store, 0);
    expect(ledger.costs()).toBeUndefined();
  });

  test("are those of the middle one of the last five saves, by each cost", async () => {
    const { ledger } = await beginLife(memory(), 0);
    const stalls = [9, 9, 9, 5, 1, 4, 2, 3];
    for (const [step, stall] of stalls.entries()) {
      await ledger.saved({ ...cost, step, stall, write: 10 * (9 - stall) });
    }
    expect(ledger.costs()).toMatchObject({ stall: 3, lag: 60 });
  });

  test("are those of earlier attempts, as long as this one has saved less", async () => {
    const store = memory();
    const first = await beginLife(store, 0);
    for (const stall of [1, 2, 3]) await first.ledger.saved({ ...cost, step: stall, stall });
    await endLife(first, "stopped", 3);
    const { ledger } = await beginLife(store, 3);
    expect(ledger.costs()).toMatchObject({ stall: 2, lag: cost.write });
    await ledger.saved({ ...cost, step: 4, stall: 10 });
    await ledger.saved({ ...cost, step: 5, stall: 10 });
    expect(ledger.costs()).toMatchObject({ stall: 3 });
  });

  test("are those of the ends that lose what was not saved, in the time of all attempts", async () => {
    const store = memory();
    for (const kind of ["failed", "stopped", "preempted", "interrupted"] as const) {
      await endLife(await beginLife(store, 0), kind, 1);
    }
    const killed = await beginLife(store, 0);
    await put(store, "beat-9.json", `{"step":1,"seconds":5000}`);
    expect(killed.hold.lease.fence).toBe(9);
    const { ledger } = await beginLife(store, 0);
    await ledger.saved({ ...cost, step: 1 });
    const before = ledger.costs();
    expect(before).toMatchObject({ failures: 3 });
    expect(before?.exposure).toBeGreaterThan(5000);
    expect(ledger.costs()?.exposure).toBeGreaterThanOrEqual(before?.exposure ?? Infinity);
  });
});
