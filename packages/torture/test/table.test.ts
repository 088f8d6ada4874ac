import { expect, test } from "@jest/globals";
import { formatTable, type Row, totalsOf } from "../src/table.ts";

const spentMs = 0;
const rows: readonly Row[] = [
  {
    name: "kill",
    faults: "F1 F2",
    result: { planned: undefined, tried: 120, survived: 120, lost: 0, missed: 0, spentMs },
  },
  {
    name: "whole",
    faults: "F9",
    result: { planned: 8, tried: 7, survived: 6, lost: 1, missed: 1, spentMs },
  },
  {
    name: "in part",
    faults: "F10",
    result: { planned: 340, tried: 12, survived: 12, lost: 0, missed: 0, spentMs },
  },
  { name: "absent", faults: "F20", result: { lacks: "faketime" } },
];

test("says of each storm what was tried, of how many, and what was not run", () => {
  expect(formatTable(rows)).toBe(
    [
      "storm    faults         tried  survived  lost",
      "kill     F1 F2            120       120     0",
      "whole    F9      7 (1 missed)         6     1",
      "in part  F10        12 of 340        12     0",
      "absent   F20     not run: needs faketime",
    ].join("\n"),
  );
});

test("adds all storms up", () => {
  expect(totalsOf(rows)).toEqual({ tried: 139, survived: 138, lost: 1 });
});
