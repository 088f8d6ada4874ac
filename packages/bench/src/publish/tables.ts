import type { Goodput } from "../goodput/goodput.ts";
import type { GrowthPoint } from "../growth/growth.ts";
import { type Row, verdictOf } from "../row.ts";
import type { SideBySide } from "../side-by-side/side-by-side.ts";
import { figure, markdownTable } from "./markdown-table.ts";

const mebibyte = 2 ** 20;

export function budgetTable(rows: readonly Row[]): string {
  return markdownTable(
    [
      { head: "what" },
      { head: "measured", isNumber: true },
      { head: "budget" },
      { head: "" },
      { head: "medians, and where half of the samples lie" },
    ],
    rows.map((row) => [row.name, row.ratio.toFixed(2), row.budget, verdictOf(row), row.detail]),
  );
}

export function sideBySideTable({ bytes, memcpy, memcpyAgain, ways }: SideBySide): string {
  const size = sizeOf(bytes);
  return markdownTable(
    [
      { head: `${size} in 37 tensors` },
      { head: "stands still, ms", isNumber: true },
      { head: "÷ memcpy", isNumber: true },
      { head: "written after, ms", isNumber: true },
      { head: "MiB/s", isNumber: true },
      { head: "what was saved survives" },
    ],
    [
      ["memcpy", figure(memcpy.median), "1.00", "", "", ""],
      [
        "memcpy again",
        figure(memcpyAgain.median),
        figure(memcpyAgain.median / memcpy.median),
        "",
        "",
        "",
      ],
      ...ways.map(({ name, survives, stall, written, error }) =>
        stall && written
          ? [
              name,
              figure(stall.median),
              figure(stall.median / memcpy.median),
              figure(written.median),
              figure(mebibytesPerSecond(bytes, written.median)),
              survives,
            ]
          : [name, "", "", "", "", `cannot: ${error ?? ""}`],
      ),
    ],
  );
}

/** How long training stands still in each way, by the size of the state. */
export function stallBySizeTable(sizes: readonly SideBySide[]): string {
  const [first] = sizes;
  const rows = [["memcpy"].concat(sizes.map(({ memcpy }) => figure(memcpy.median)))];
  for (const { name } of first?.ways ?? [])
    rows.push([name].concat(sizes.map((size) => stallOf(size, name))));
  return markdownTable(
    [
      { head: "stands still, ms" },
      ...sizes.map(({ bytes }) => ({ head: sizeOf(bytes), isNumber: true })),
    ],
    rows,
  );
}

function stallOf({ ways }: SideBySide, name: string): string {
  const stall = ways.find((way) => way.name === name)?.stall;
  return stall ? figure(stall.median) : "cannot";
}

export function growthTable(points: readonly GrowthPoint[]): string {
  return markdownTable(
    [
      { head: "state", isNumber: true },
      { head: "tensors", isNumber: true },
      { head: "stands still, ms", isNumber: true },
      { head: "÷ memcpy", isNumber: true },
      { head: "durable after, ms", isNumber: true },
      { head: "MiB/s", isNumber: true },
      { head: "÷ dd", isNumber: true },
      { head: "memory ÷ state", isNumber: true },
    ],
    points.map(({ bytes, tensors, memcpy, stall, durable, dd, extra }) => [
      sizeOf(bytes),
      tensors.toLocaleString("en"),
      figure(stall.median),
      figure(stall.median / memcpy.median),
      figure(durable.median),
      figure(mebibytesPerSecond(bytes, durable.median)),
      figure(dd.median / durable.median),
      figure(extra / bytes),
    ]),
  );
}

export function goodputTable({ policies, undisturbed, again, patience }: Goodput): string {
  return markdownTable(
    [
      { head: "when it is saved" },
      { head: "kills", isNumber: true },
      { head: "seconds", isNumber: true },
      { head: "÷ undisturbed", isNumber: true },
    ],
    [
      ["undisturbed, no saves", "0", figure(undisturbed), "1.00"],
      ["the same again", "0", figure(again), figure(again / undisturbed)],
      ...policies.map(({ name, kills, seconds }) => [
        name,
        String(kills),
        seconds === undefined ? `not in ${patience}` : figure(seconds),
        seconds === undefined
          ? `> ${figure(patience / undisturbed)}`
          : figure(seconds / undisturbed),
      ]),
    ],
  );
}

export function sizeOf(bytes: number): string {
  const mebibytes = bytes / mebibyte;
  return mebibytes >= 1024 ? `${mebibytes / 1024} GiB` : `${mebibytes} MiB`;
}

export function mebibytesPerSecond(bytes: number, milliseconds: number): number {
  return (1000 * bytes) / mebibyte / milliseconds;
}
