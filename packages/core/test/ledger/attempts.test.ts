import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import type { LedgerAttempt } from "../../src/ledger/line.ts";
import { readLedger } from "../../src/ledger/read-ledger.ts";
import { memory } from "../../src/store/memory-store.ts";
import { beginLife, cost, endLife, ledgersIn, liveAndSave, put, textIn } from "./lives.ts";

afterEach(() => liveRuns().clear());

/** What of an attempt does not depend on a clock. */
function factsOf(attempt: LedgerAttempt): string {
  const { began, seconds, fence, from, reached, endedBy, reason, again } = attempt;
  expect(new Date(began).toISOString()).toBe(began);
  expect(seconds).toBeGreaterThanOrEqual(0);
  const { saves, failedSaves, supersededSaves, stall, write, bytes } = attempt;
  return (
    `${attempt.attempt} fence ${fence}: ${from} to ${reached}, ${endedBy} ${reason}, again ${again}, ` +
    `saves ${saves} failed ${failedSaves} superseded ${supersededSaves} ` +
    `stall ${stall} write ${write} bytes ${bytes}`
  );
}

describe("a ledger", () => {
  test("tells of each attempt how it went, over many lives", async () => {
    const store = memory();
    const first = await liveAndSave(store, 0, [10, 20]);
    first.ledger.failed();
    first.ledger.superseded();
    first.ledger.superseded();
    await endLife(first, "preempted", 20);
    await endLife(await liveAndSave(store, 20, [30]), "failed", 35);
    await endLife(await beginLife(store, 30), "stopped", 36);
    await endLife(await beginLife(store, 36), "interrupted", 36);
    await endLife(await liveAndSave(store, 36, [40]), "completed", 40);

    const { attempts, saves, folded } = await readLedger(store);
    expect(attempts.map(factsOf)).toEqual([
      "1 fence 1: 0 to 20, preempted because it preempted, again 0, saves 2 failed 1 superseded 2 stall 0.5 write 4 bytes 1000",
      "2 fence 3: 20 to 35, failed because it failed, again 0, saves 1 failed 0 superseded 0 stall 0.25 write 2 bytes 1000",
      "3 fence 5: 30 to 36, stopped because it stopped, again 5, saves 0 failed 0 superseded 0 stall 0 write 0 bytes 0",
      "4 fence 7: 36 to 36, interrupted because it interrupted, again 0, saves 0 failed 0 superseded 0 stall 0 write 0 bytes 0",
      "5 fence 9: 36 to 40, completed because it completed, again 0, saves 1 failed 0 superseded 0 stall 0.25 write 2 bytes 1000",
    ]);
    const save = (fence: number, step: number): object => ({ kind: "save", fence, step, ...cost });
    expect(saves).toMatchObject([save(1, 10), save(1, 20), save(3, 30), save(9, 40)]);
    expect(saves.every(({ at }) => at >= 0)).toBe(true);
    expect(folded).toEqual({ kind: "folded", attempts: 0, failures: 0, seconds: 0 });
  });

  test("is one entry at any time, of lines with fields in one order", async () => {
    const store = memory();
    const life = await liveAndSave(store, 0, [1]);
    expect(await ledgersIn(store)).toEqual(["ledger-1-1.jsonl"]);
    await endLife(life, "stopped", 1);
    expect(await ledgersIn(store)).toEqual(["ledger-1-2.jsonl"]);
    const text = new TextDecoder().decode(await store.read("ledger-1-2.jsonl"));
    const fields = text
      .trimEnd()
      .split("\n")
      .map((line) => Object.keys(JSON.parse(line) as object).join(" "));
    expect(fields).toEqual([
      "kind attempts failures seconds",
      "kind attempt fence began from reached endedBy reason seconds again saves failedSaves " +
        "supersededSaves stall write bytes",
      "kind fence step at stall write bytes",
    ]);
    await beginLife(store, 1);
    expect(await ledgersIn(store)).toEqual(["ledger-3-1.jsonl"]);
  });

  test("keeps of a reason what fits into a line", async () => {
    const store = memory();
    const { ledger } = await beginLife(store, 0);
    await ledger.ended({ kind: "failed", reason: `äö\n${"x".repeat(1000)}` }, 0);
    expect((await readLedger(store)).attempts[0]?.reason).toBe(`äö\n${"x".repeat(197)}`);
  });

  test("is open while its run goes on", async () => {
    const store = memory();
    await beginLife(store, 5);
    const [attempt] = (await readLedger(store)).attempts;
    expect(attempt).toMatchObject({ from: 5, reached: 5, endedBy: null, reason: null });
  });
});

describe("an attempt that was killed", () => {
  test("has vanished for the next one, which found what it had reached", async () => {
    const store = memory();
    await liveAndSave(store, 0, [10]);
    await beginLife(store, 10, 1);
    expect((await readLedger(store)).attempts).toMatchObject([
      { from: 0, reached: 10, endedBy: "vanished", reason: null },
      { from: 10, reached: 10, endedBy: null },
    ]);
  });

  test("has not reached what an earlier one had saved", async () => {
    const store = memory();
    await liveAndSave(store, 0, [10]);
    await beginLife(store, 0);
    await beginLife(store, 10, 1);
    const { attempts } = await readLedger(store);
    expect(attempts.map(({ reached }) => reached)).toEqual([0, 0, 10]);
  });

  test("has reached what its ledger said where the next one found less", async () => {
    const store = memory();
    await liveAndSave(store, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    await beginLife(store, 12, 1);
    expect((await readLedger(store)).attempts).toMatchObject([
      { reached: 16, saves: 16, stall: 4, write: 32, endedBy: "vanished" },
      { from: 12, again: 0 },
    ]);
  });

  test("has reached what its beat said, and lived as long, and saved as often", async () => {
    const store = memory();
    await liveAndSave(store, 0, [10]);
    await put(store, "beat-1.json", `{"step":14,"seconds":1e6,"saves":3}${" ".repeat(60)}\n`);
    expect((await readLedger(store)).attempts).toMatchObject([
      { reached: 14, seconds: 1e6, saves: 3, endedBy: null },
    ]);
    await beginLife(store, 10);
    expect((await readLedger(store)).attempts).toMatchObject([
      { reached: 14, seconds: 1e6, saves: 3, endedBy: "vanished" },
      { from: 10 },
    ]);
    expect(await ledgersIn(store)).toEqual(["ledger-2-1.jsonl"]);
  });

  test("is not made shorter by a beat from before its last line", async () => {
    const store = memory();
    const life = await liveAndSave(store, 0, [10]);
    await put(store, "beat-1.json", `{"step":4,"seconds":0}`);
    for (let step = 11; step <= 25; step++) await life.ledger.saved({ ...cost, step });
    await beginLife(store, 25);
    expect((await readLedger(store)).attempts[0]).toMatchObject({ reached: 25, saves: 16 });
  });

  test("is not told of by the beat of one that has ended", async () => {
    const store = memory();
    await endLife(await beginLife(store, 0), "stopped", 3);
    await put(store, "beat-1.json", `{"step":99,"seconds":99}`);
    expect((await readLedger(store)).attempts[0]).toMatchObject({ reached: 3 });
  });
});

describe("steps done again", () => {
  test("are those below the furthest that any earlier attempt had reached", async () => {
    const store = memory();
    await beginLife(store, 0);
    await put(store, "beat-1.json", `{"step":100,"seconds":1}`);
    // Back to 40, killed at 70: 30 again.
    await beginLife(store, 40);
    await put(store, "beat-2.json", `{"step":70,"seconds":1}`);
    // Back to 60, on to 130: 40 again. The furthest is still 100 here.
    await beginLife(store, 60);
    await put(store, "beat-3.json", `{"step":130,"seconds":1}`);
    // Nothing was saved in the end: back to 0, on to 20.
    await beginLife(store, 0);
    await put(store, "beat-4.json", `{"step":20,"seconds":1}`);
    // On from 130, which the third had saved just before its kill.
    const last = await beginLife(store, 130);
    await endLife(last, "stopped", 150);
    expect((await readLedger(store)).attempts.map(({ again }) => again)).toEqual([
      0, 30, 40, 20, 0,
    ]);
  });

  test("are counted up to now for an attempt that goes on", async () => {
    const store = memory();
    await endLife(await beginLife(store, 0), "failed", 50);
    await beginLife(store, 30);
    await put(store, "beat-3.json", `{"step":45,"seconds":1}`);
    expect((await readLedger(store)).attempts[1]).toMatchObject({ again: 15, endedBy: null });
  });

  test("begin anew with the training after one that was completed", async () => {
    const store = memory();
    await endLife(await beginLife(store, 0), "completed", 50);
    await endLife(await beginLife(store, 0), "failed", 20);
    await endLife(await beginLife(store, 5), "completed", 50);
    // One more epoch of a training that was kept.
    await endLife(await beginLife(store, 50), "completed", 60);
    expect((await readLedger(store)).attempts.map(({ again }) => again)).toEqual([0, 0, 15, 0]);
    expect((await textIn(store, "ledger-7-2.jsonl")).match(/"again":\d+/g)).toEqual(
      [0, 0, 15, 0].map((again) => `"again":${again}`),
    );
  });
});
