/** One budget and what was measured of it. */
export interface Row {
  readonly name: string;
  readonly ratio: number;
  /**
   * As in `<= 1.3` or `>= 0.95`; `control` for a comparison of a thing with itself, `none` for what has
   * no budget.
   */
  readonly budget: string;
  readonly ok: boolean;
  /** The medians behind the ratio, and their spread. */
  readonly detail: string;
}

/** A row for a ratio that should not be greater than `most`. */
export function atMost(name: string, ratio: number, most: number, detail: string): Row {
  return { name, ratio, budget: `<= ${most}`, ok: ratio <= most, detail };
}

/** A row for a ratio that should not be less than `least`. */
export function atLeast(name: string, ratio: number, least: number, detail: string): Row {
  return { name, ratio, budget: `>= ${least}`, ok: ratio >= least, detail };
}

/** A row that shows how far from 1, or 0, a figure comes out when there is no difference to be found. */
export function control(name: string, ratio: number, detail: string): Row {
  return { name, ratio, budget: "control", ok: true, detail };
}

/** In a word, whether a budget is kept. */
export function verdictOf({ budget, ok }: Row): string {
  if (budget === "control" || budget === "none") return budget;
  return ok ? "ok" : "MISSED";
}

export function formatRow(row: Row): string {
  const { name, ratio, budget, detail } = row;
  return `${name.padEnd(60)} ${ratio.toFixed(2).padStart(6)}  ${budget.padEnd(8)} ${verdictOf(row).padEnd(8)} ${detail}`;
}
