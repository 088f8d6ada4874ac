import type { Figures, Taken } from "../figures.ts";
import type { Parts } from "./page.ts";
import {
  budgetTable,
  goodputTable,
  growthTable,
  sideBySideTable,
  stallBySizeTable,
} from "./tables.ts";

/** What `docs/performance.md` shows of the figures. */
export function partsOf({ budgets, sideBySide, growth, goodput }: Figures): Parts {
  return {
    ...(budgets && { budgets: section(budgets.taken, budgetTable(budgets.rows)) }),
    ...(sideBySide && {
      "side by side": section(
        sideBySide.taken,
        ...sideBySide.sizes.filter(({ bytes }) => bytes === 100 * 2 ** 20).map(sideBySideTable),
        ...(sideBySide.sizes.length > 1 ? [stallBySizeTable(sideBySide.sizes)] : []),
      ),
    }),
    ...(growth && {
      growth: section(growth.taken, growthTable(growth.bySize), growthTable(growth.byTensors)),
    }),
    ...(goodput && { goodput: section(goodput.taken, goodputTable(goodput)) }),
  };
}

function section({ date, command, machine, node, load }: Taken, ...tables: string[]): string {
  const taken = `\`${command}\`, ${date}: ${machine}, Node ${node}, load ${load.toFixed(1)} at the start.`;
  return [taken, ...tables].join("\n\n");
}
