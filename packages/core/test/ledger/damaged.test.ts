import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { temporaryName } from "../../src/checkpoint/names.ts";
import { readLedger } from "../../src/ledger/read-ledger.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { beginLife, cost, endLife, ledgersIn, liveAndSave, put, textIn } from "./lives.ts";

afterEach(() => liveRuns().clear());

/** A store with two attempts, whose ledger says something else by now. */
async function withLedger(change: (text: string) => string): Promise<CheckpointStore> {
  const store = memory();
  await endLife(await liveAndSave(store, 0, [10]), "failed", 12);
  await endLife(await liveAndSave(store, 10, [20]), "failed", 25);
  const name = "ledger-3-2.jsonl";
  const text = await textIn(store, name);
  expect(text.split("\n")).toHaveLength(6);
  const changed = change(text);
  expect(changed).not.toBe(text);
  for (const other of await ledgersIn(store)) await store.remove(other);
  await put(store, name, changed);
  return store;
}

/** What a run that goes on from step 20 makes of it. */
async function nextAttempt(store: CheckpointStore): Promise<readonly object[]> {
  const { ledger, events } = await beginLife(store, 20);
  await ledger.saved({ ...cost, step: 30 });
  await ledger.ended({ kind: "stopped", reason: "" }, 30);
  expect(events.map(({ type }) => type)).toEqual(["summary"]);
  expect(Object.values(ledger.costs() ?? {}).every((value) => Number.isFinite(value))).toBe(true);
  expect(await ledgersIn(store)).toEqual(["ledger-5-2.jsonl"]);
  const { attempts } = await readLedger(store);
  expect(attempts.at(-1)).toMatchObject({ from: 20, reached: 30, saves: 1 });
  return attempts.slice(0, -1);
}

const first = { reached: 12 };
const second = { reached: 25 };
const both = [first, second];

describe("of a damaged ledger, what can be understood is kept:", () => {
  test.each<readonly [string, (text: string) => string, readonly object[]]>([
    ["empty", () => "", []],
    ["nothing but lines", () => "\n\n\n", []],
    ["zeros", (text) => "\0".repeat(text.length), []],
    ["no text", () => "\u{fffd}\u{0}{", []],
    ["another JSON", () => `[1,2]\n"text"\nnull\n7\ntrue\n{}\n{"kind":7}`, []],
    ["foreign kinds", (text) => `{"kind":"constructor"}\n{"kind":"__proto__"}\n${text}`, both],
    ["half of the last line", (text) => text.slice(0, -20), both],
    ["half of the second attempt", (text) => text.slice(0, text.indexOf('"failed"', 400)), [first]],
    ["without its first attempt", (text) => text.replace(/.*"attempt":1,.*\n/, ""), [second]],
    [
      "with an attempt that has no fence",
      (text) => text.replace('"fence":1,"began"', '"began"'),
      [second],
    ],
    [
      "with a negative time",
      (text) => text.replace(/"seconds":[\d.]+,"again"/, '"seconds":-1,"again"'),
      [second],
    ],
    [
      "with an infinite time",
      (text) => text.replace(/"seconds":[\d.]+,"again"/, '"seconds":1e999,"again"'),
      [second],
    ],
    ["with a text for a number", (text) => text.replace(/"stall":0.25/, '"stall":"x"'), [second]],
    ["with no sum of older attempts", (text) => text.replace(/.*folded.*\n/, ""), both],
    ["with surplus", (text) => `${text}surplus`, both],
    ["with Windows line ends", (text) => text.replaceAll("\n", "\r\n"), both],
  ])("%s", async (_, change, expected) => {
    const store = await withLedger(change);
    expect(await nextAttempt(store)).toMatchObject(expected);
  });

  test("bytes that are no UTF-8", async () => {
    const store = await withLedger((text) => `${text}x`);
    const [name = ""] = await ledgersIn(store);
    const bytes = await store.read(name);
    bytes[bytes.length - 1] = 0xff;
    await store.remove(name);
    await store.create(name, [bytes]);
    expect(await nextAttempt(store)).toMatchObject(both);
  });

  test("what comes before the first 16 MiB", async () => {
    const store = await withLedger((text) => `${text}${"x".repeat(2 ** 24)}\n${text}`);
    expect(await nextAttempt(store)).toMatchObject(both);
  });

  test("the one before, where there still is one", async () => {
    const store = memory();
    await endLife(await liveAndSave(store, 0, [10]), "failed", 12);
    await put(store, "ledger-2-1.jsonl", "torn");
    await put(store, "ledger-1-10.jsonl", "");
    expect(await ledgersIn(store)).toHaveLength(3);
    expect(await readLedger(store)).toMatchObject({ attempts: [{ reached: 12 }] });
    await beginLife(store, 10);
    expect(await ledgersIn(store)).toEqual(["ledger-3-1.jsonl"]);
    expect(await readLedger(store)).toMatchObject({ attempts: [{ reached: 12 }, { from: 10 }] });
  });
});

test("of several ledgers the one with the highest numbers counts, as numbers", async () => {
  const store = memory();
  await endLife(await beginLife(store, 0), "failed", 7);
  const text = await textIn(store, "ledger-1-2.jsonl");
  await put(store, "ledger-1-9.jsonl", text.replace('"reached":7', '"reached":9'));
  await put(store, "ledger-1-10.jsonl", text.replace('"reached":7', '"reached":10'));
  expect(await readLedger(store)).toMatchObject({ attempts: [{ reached: 10 }] });
  await beginLife(store, 0);
  expect(await readLedger(store)).toMatchObject({ attempts: [{ reached: 10 }, {}] });
});

describe("a beat is read leniently:", () => {
  test.each([
    ["empty", ""],
    ["torn", `{"step":14,"sec`],
    ["no object", "14"],
    ["null", "null"],
    ["of nothing", "{}"],
    ["without a step", `{"seconds":0,"saves":0}`],
    ["with saves that are no number", `{"step":14,"seconds":3,"saves":"many"}`],
    ["of texts", `{"step":"14","seconds":"3"}`],
    ["of infinite numbers", `{"step":1e999,"seconds":3}`],
    ["of negative numbers", `{"step":-5,"seconds":-1}`],
  ])("%s", async (_, beat) => {
    const store = memory();
    await liveAndSave(store, 0, [10]);
    await put(store, "beat-1.json", beat);
    const { events } = await beginLife(store, 10, 1);
    expect(events).toEqual([]);
    const { attempts } = await readLedger(store);
    expect(attempts[0]).toMatchObject({ reached: 10, endedBy: "vanished" });
    expect(await ledgersIn(store)).toEqual(["ledger-2-1.jsonl"]);
  });
});

test("foreign entries, those of higher fences and the work of living runs stay", async () => {
  const store = memory();
  const others = [
    "ledger-1.jsonl",
    "ledger-01-1.jsonl",
    "ledger-1-1.json",
    "beat-1-1.json",
    "notes.txt",
    "ledger-7-1.jsonl",
    "beat-7.json",
    temporaryName("ledger-7-2.jsonl", "0123456789abcdef"),
  ];
  for (const name of others) await put(store, name, `{"kind":"attempt"}`);
  const swept = temporaryName("ledger-1-3.jsonl", "0123456789abcdef");
  await liveAndSave(store, 0, [1]);
  await put(store, swept, "half");
  await put(store, "beat-1.json", "");
  await beginLife(store, 1);
  expect((await store.list()).toSorted()).toEqual(
    [...others, "lease-2.json", "ledger-2-1.jsonl"].toSorted(),
  );
});
