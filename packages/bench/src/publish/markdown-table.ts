/** A column of a table: its head, and whether its cells are numbers. */
export interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
}

/** A Markdown table whose columns are as wide as their widest cell, so that it reads as text too. */
export function markdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map(({ head }, at) =>
    Math.max(3, head.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const fit = (cells: readonly string[]): string[] =>
    columns.map(({ isNumber }, at) => {
      const [cell = "", width = 0] = [cells[at], widths[at]];
      return isNumber ? cell.padStart(width) : cell.padEnd(width);
    });
  const rule = columns.map(({ isNumber }, at) => {
    const width = widths[at] ?? 0;
    return isNumber ? `${"-".repeat(width - 1)}:` : "-".repeat(width);
  });
  return [
    lineOf(fit(columns.map(({ head }) => head))),
    lineOf(rule),
    ...rows.map((row) => lineOf(fit(row))),
  ].join("\n");
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A figure with as many digits as are worth reading. */
export function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
