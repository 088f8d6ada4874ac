import type { Comparison } from "./comparison.ts";
import type { Scenario } from "./scenario.ts";
import type { Estimate } from "./statistics.ts";

/** What each scenario is, as Markdown. */
export function scenarioTable(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map(({ name, stall, lag, restart, failures, work }) => [
    name,
    `${stall} s`,
    `${lag} s`,
    `${restart} s`,
    `${hours(failures.meanTimeBetween)}, ${failures.kind}`,
    hours(work),
  ]);
  return markdown(["scenario", "stall", "lag", "restart", "a failure every", "work"], rows);
}

/** What each rule wastes in each scenario, as Markdown. */
export function wasteTable(comparisons: readonly Comparison[]): string {
  const rules = comparisons[0]?.results.map(({ rule }) => rule) ?? [];
  const rows = comparisons.map(({ scenario, bestInterval, results }) => [
    scenario.name,
    `${Number(bestInterval.toPrecision(2))} s`,
    ...results.map(({ waste }) => percent(waste)),
  ]);
  return markdown(["waste in %", "best interval", ...rules], rows);
}

function hours(seconds: number): string {
  return `${Number((seconds / 3600).toPrecision(3))} h`;
}

function percent(waste: Estimate | undefined): string {
  if (!waste) return "–";
  const digits = waste.mean < 0.1 ? 2 : 1;
  return `${(100 * waste.mean).toFixed(digits)} ± ${(100 * waste.margin).toFixed(digits)}`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const format = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [format(head), rule, ...rows.map(format)].join("\n");
}
