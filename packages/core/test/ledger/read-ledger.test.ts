import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { RepriseError } from "../../src/errors.ts";
import { readLedger } from "../../src/ledger/read-ledger.ts";
import { memory } from "../../src/store/memory-store.ts";
import { rejection } from "../checkpoint/a-run.ts";
import { aroundStore, before, recordingStore } from "../checkpoint/around-store.ts";
import { beginLife, liveAndSave, put } from "./lives.ts";

afterEach(() => liveRuns().clear());

describe("readLedger", () => {
  test("knows of no attempt where there was none", async () => {
    expect(await readLedger(memory())).toEqual({
      attempts: [],
      saves: [],
      folded: { kind: "folded", attempts: 0, failures: 0, seconds: 0 },
    });
  });

  test("changes nothing in a store that a run trains with", async () => {
    const disk = memory();
    await liveAndSave(disk, 0, [1]);
    await put(disk, "beat-1.json", `{"step":5,"seconds":6}`);
    const { store, calls } = recordingStore(disk);
    expect(await readLedger(store)).toMatchObject({ attempts: [{ reached: 5, endedBy: null }] });
    expect(calls).toEqual(["list", "read ledger-1-1.jsonl", "read beat-1.json"]);
  });

  test("looks again when the ledger was replaced since it was listed", async () => {
    const disk = memory();
    await liveAndSave(disk, 0, [1]);
    const store = before(
      disk,
      ({ operation }) => operation === "read",
      () => beginLife(disk, 1, 1),
    );
    expect(await readLedger(store)).toMatchObject({ attempts: [{ reached: 1 }, { from: 1 }] });
  });

  test("does not look for ever for what a store lists and does not have", async () => {
    const disk = memory();
    const { store, calls } = recordingStore(disk);
    const lying = { ...store, list: async () => ["ledger-1-1.jsonl"] };
    expect(await rejection(readLedger(lying))).toMatchObject({ code: "NOT_FOUND" });
    expect(calls).toHaveLength(3);
  });

  test.each(["list", "read"])("rejects when the %s of a store fails", async (failing) => {
    const disk = memory();
    await beginLife(disk, 0);
    const store = aroundStore(disk, async ({ operation }, proceed) => {
      if (operation === failing) throw new RepriseError("STORE_FAILED", "the disk failed");
      return proceed();
    });
    expect(await rejection(readLedger(store))).toMatchObject({ code: "STORE_FAILED" });
  });
});
