import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import type { LedgerAttempt } from "../../src/ledger/line.ts";
import { readLedger } from "../../src/ledger/read-ledger.ts";
import { memory } from "../../src/store/memory-store.ts";
import { recordingStore } from "../checkpoint/around-store.ts";
import { beginLife, cost, endLife, liveAndSave, put, range, textIn } from "./lives.ts";

afterEach(() => liveRuns().clear());

describe("a ledger is written", () => {
  test("at the start, at the end, and ever more seldom in between", async () => {
    const { store, calls } = recordingStore(memory());
    const life = await beginLife(store, 0);
    const written: number[] = [];
    calls.length = 0;
    for (const step of range(1, 1000)) {
      await life.ledger.saved({ ...cost, step });
      if (calls.length > 0) written.push(step);
      calls.length = 0;
    }
    expect(written).toEqual([16, 48, 112, 240, 496]);
    await life.ledger.ended({ kind: "completed", reason: "all is done" }, 1000);
    expect(calls).toEqual(["create ledger-1-7.jsonl", "remove ledger-1-6.jsonl"]);
    expect((await readLedger(store)).attempts).toMatchObject([{ saves: 1000, stall: 250 }]);
  });

  test("with these calls of the store at a start", async () => {
    const disk = memory();
    await liveAndSave(disk, 0, range(1, 16));
    await put(disk, "beat-1.json", "{}");
    const { store, calls } = recordingStore(disk);
    await beginLife(store, 16);
    expect(calls.slice(calls.indexOf("read ledger-1-2.jsonl") - 1)).toEqual([
      "list",
      "read ledger-1-2.jsonl",
      "read beat-1.json",
      "create ledger-2-1.jsonl",
      "remove ledger-1-2.jsonl",
      "remove beat-1.json",
    ]);
  });

  test("with times to the microsecond", async () => {
    const store = memory();
    const life = await beginLife(store, 0);
    await life.ledger.saved({ step: 1, stall: 0.000_123_456_7, write: 1 / 3, bytes: 5 });
    await endLife(life, "stopped", 1);
    const text = await textIn(store, "ledger-1-2.jsonl");
    expect(text).toMatch(/"stall":0\.000123,"write":0\.333333,"bytes":5/);
    expect(text).not.toMatch(/\.\d{7}/);
  });
});

describe("a long ledger", () => {
  test("keeps the newest 100 saves, and counts them all", async () => {
    const store = memory();
    const life = await liveAndSave(store, 0, range(1, 90));
    await endLife(life, "stopped", 90);
    await endLife(await liveAndSave(store, 90, range(91, 130)), "stopped", 130);
    const { attempts, saves } = await readLedger(store);
    expect(attempts.map((attempt) => attempt.saves)).toEqual([90, 40]);
    expect(saves.map(({ step }) => step)).toEqual(range(31, 130));
  });

  test("that holds more saves than it should has only the newest of them copied", async () => {
    const store = memory();
    await endLife(await liveAndSave(store, 0, [1]), "stopped", 1);
    const text = await textIn(store, "ledger-1-2.jsonl");
    const line = text.split("\n").at(-2) ?? "";
    const lines = range(2, 150).map((step) => line.replace('"step":1', `"step":${step}`));
    await store.remove("ledger-1-2.jsonl");
    await put(store, "ledger-1-2.jsonl", text + lines.join("\n"));
    await beginLife(store, 150);
    const { saves } = await readLedger(store);
    expect(saves.map(({ step }) => step)).toEqual(range(51, 150));
  });

  test("keeps the newest 500 attempts, and a sum of those before", async () => {
    const store = memory();
    await endLife(await beginLife(store, 0), "failed", 1);
    const line = (await textIn(store, "ledger-1-2.jsonl")).split("\n")[1] ?? "";
    const ends = ["failed", "stopped", "preempted", "interrupted", "vanished"];
    const model = JSON.parse(line) as LedgerAttempt;
    const lines = range(1, 510).map((number) =>
      JSON.stringify(
        Object.assign(model, { attempt: number, endedBy: ends[number % 5], seconds: 2, again: 7 }),
      ),
    );
    await store.remove("ledger-1-2.jsonl");
    await put(store, "ledger-1-2.jsonl", lines.join("\n"));
    await beginLife(store, 1);
    const { attempts, folded } = await readLedger(store);
    expect(attempts.map(({ attempt }) => attempt)).toEqual(range(12, 511));
    // What they had done again is known, though not of whom.
    expect(new Set(attempts.slice(0, -1).map(({ again }) => again))).toEqual(new Set([7]));
    expect(folded).toEqual({ kind: "folded", attempts: 11, failures: 6, seconds: 22 });
    // The next one knows of all of them.
    const { ledger } = await beginLife(store, 511);
    await ledger.saved({ ...cost, step: 512 });
    expect(ledger.costs()).toMatchObject({ failures: (510 / 5) * 3 + 1 });
    expect(ledger.costs()?.exposure).toBeGreaterThanOrEqual(1020);
    expect((await readLedger(store)).folded).toMatchObject({ attempts: 12, seconds: 24 });
  });
});
