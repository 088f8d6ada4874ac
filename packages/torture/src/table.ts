import type { Tally } from "./schedule.ts";

/** A line of the table: what has come of a storm, or which program it lacked. */
export interface Row {
  readonly name: string;
  readonly faults: string;
  readonly result: Tally | { readonly lacks: string };
}

/** All storms in one number each. */
export interface Totals {
  readonly tried: number;
  readonly survived: number;
  readonly lost: number;
}

export function formatTable(rows: readonly Row[]): string {
  const cells = [
    ["storm", "faults", "tried", "survived", "lost"],
    ...rows.map(({ name, faults, result }) => [name, faults, ...resultCells(result)]),
  ];
  // A storm that was not run has a sentence in the place of its numbers.
  const full = cells.filter((row) => row.length === 5);
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...full.map((row) => row[at]?.length ?? 0)));
  return cells
    .map((row) =>
      row.map((cell, at) => {
        const width = widths[at] ?? 0;
        return at >= 2 && row.length === 5 ? cell.padStart(width) : cell.padEnd(width);
      }),
    )
    .map((row) => row.join("  ").trimEnd())
    .join("\n");
}

function resultCells(result: Row["result"]): string[] {
  if ("lacks" in result) return [`not run: needs ${result.lacks}`];
  const { planned, tried, survived, lost, missed } = result;
  const all = planned === undefined || planned === tried + missed ? "" : ` of ${planned}`;
  const noted = missed === 0 ? "" : ` (${missed} missed)`;
  return [`${tried}${all}${noted}`, String(survived), String(lost)];
}

export function totalsOf(rows: readonly Row[]): Totals {
  const totals = { tried: 0, survived: 0, lost: 0 };
  for (const { result } of rows) {
    if ("lacks" in result) continue;
    totals.tried += result.tried;
    totals.survived += result.survived;
    totals.lost += result.lost;
  }
  return totals;
}
