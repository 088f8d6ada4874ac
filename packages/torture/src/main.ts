// Storms of faults on the built packages: `npm run torture -- --minutes 10 --seed 1`. Every trial
// trains through a fault, and looks at whether anything that was promised was lost.
import { parseOptions, usage } from "./options.ts";
import { createProgress } from "./progress.ts";
import { storms } from "./storms.ts";
import { formatTable, totalsOf } from "./table.ts";
import { torture } from "./torture.ts";
import { withWorkshop } from "./workshop.ts";

async function main(args: readonly string[]): Promise<number> {
  const { minutes, seed, isJson, only, trial } = parseOptions(args);
  const chosen = storms.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    throw new Error(
      `There is no storm ${only}, only ${storms.map(({ name }) => name).join(", ")}.`,
    );
  }
  console.log(`seed ${seed}, ${minutes} minutes`);
  const progress = createProgress(seed);
  const rows = await withWorkshop((workshop) =>
    torture(chosen, workshop, { seed, minutes, trial, onTried: progress }),
  );
  const totals = totalsOf(rows);
  console.log(`\n${formatTable(rows)}\n`);
  for (const { name, result } of rows) {
    if ("lacks" in result) console.log(`NOT RUN: ${name}, since ${result.lacks} is not installed.`);
  }
  console.log(`${totals.tried} tried, ${totals.survived} survived, ${totals.lost} lost`);
  if (isJson) console.log(JSON.stringify(totals));
  return totals.lost > 0 || totals.tried === 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`usage: ${usage}`);
  process.exitCode = 2;
}
