import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { readLedger } from "../../src/ledger/read-ledger.ts";
import { memory } from "../../src/store/memory-store.ts";
import { recordingStore } from "../checkpoint/around-store.ts";
import { beginLife, cost, endLife, ledgersIn, liveAndSave, put, range } from "./lives.ts";

afterEach(() => liveRuns().clear());

describe("a run that another has taken over", () => {
  test("leaves the ledger of its successor alone, and its own to the next claim", async () => {
    const disk = memory();
    const { store, calls } = recordingStore(disk);
    const old = await liveAndSave(store, 0, [10]);
    const successor = await beginLife(disk, 10);
    await put(disk, "beat-2.json", `{"step":12,"seconds":3}`);
    const kept = await disk.read("ledger-2-1.jsonl");
    calls.length = 0;
    for (const step of range(11, 100)) await old.ledger.saved({ ...cost, step });
    await old.ledger.ended({ kind: "failed", reason: "taken over" }, 100);
    expect(calls.filter((call) => /ledger-2|beat-2/.test(call))).toEqual([]);
    expect(await disk.read("ledger-2-1.jsonl")).toEqual(kept);
    expect(await ledgersIn(disk)).toEqual(["beat-2.json", "ledger-1-4.jsonl", "ledger-2-1.jsonl"]);
    // The successor's word counts, of the one that was taken over as well.
    const taken = { fence: 1, reached: 0, endedBy: "vanished" };
    expect((await readLedger(disk)).attempts).toMatchObject([taken, { fence: 2, reached: 12 }]);
    await endLife(successor, "stopped", 20);
    await beginLife(disk, 20);
    expect(await ledgersIn(disk)).toEqual(["ledger-4-1.jsonl"]);
    expect((await readLedger(disk)).attempts).toMatchObject([
      taken,
      { fence: 2, reached: 20, endedBy: "stopped" },
      { fence: 4 },
    ]);
  });

  test("opens its ledger late without harm to that of its successor", async () => {
    const disk = memory();
    await endLife(await liveAndSave(disk, 0, [10]), "stopped", 10);
    const late = await beginLife(disk, 10);
    const successor = await beginLife(disk, 10);
    await late.ledger.ended({ kind: "failed", reason: "" }, 11);
    await endLife(successor, "completed", 20);
    expect((await readLedger(disk)).attempts).toMatchObject([
      { fence: 1, endedBy: "stopped" },
      { fence: 3, endedBy: "vanished" },
      { fence: 4, endedBy: "completed" },
    ]);
  });
});
