import { expect, test } from "@jest/globals";
import type { LedgerAttempt } from "@reprise/loop";
import { digest, formatTable, toRows } from "../src/report.ts";

const ledger = [
  { from: 0, reached: 94, again: 0, endedBy: "vanished" },
  { from: 90, reached: 92, again: 2, endedBy: "vanished" },
  { from: 90, reached: 180, again: 4, endedBy: null },
] as unknown as readonly LedgerAttempt[];
const lives = [
  { from: 0, to: 95, endedBy: "SIGKILL in an epoch", killed: true, ledger: [] },
  { from: 90, to: 92, endedBy: "SIGKILL in a save", killed: true, ledger: [] },
  { from: 90, to: 200, endedBy: "completed", killed: false, ledger },
];

test("the table has what the ledger knows, and the ends that only the outside has seen", () => {
  expect(formatTable(toRows(lives)).split("\n")).toEqual([
    "attempt  from step  to step  steps done again  ended by",
    "      1          0       94                 0  SIGKILL in an epoch",
    "      2         90       92                 2  SIGKILL in a save",
    "      3         90      200                 4  completed",
  ]);
});

test("the digest changes with a single bit of the weights, the optimizer or the history", () => {
  const make = (weight: number, step: number, loss: number) =>
    digest({
      network: { weights: Float32Array.of(1, weight) },
      adam: { step },
      history: { loss: [loss] },
      accuracy: 0,
    });
  const reference = make(2, 3, 4);
  expect(make(2, 3, 4)).toBe(reference);
  expect([make(2.0000002, 3, 4), make(2, 4, 4), make(2, 3, 4.000000000000001)]).not.toContain(
    reference,
  );
});
