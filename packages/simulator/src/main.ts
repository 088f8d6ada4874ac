// Simulates trainings under failures, and prints what each rule for when to save wastes:
// `npm run simulate`, `npm run simulate -- --runs 200 --json`.
import { compare, type Comparison } from "./comparison.ts";
import { parseOptions, usage } from "./options.ts";
import { scenarios } from "./scenarios.ts";
import { scenarioTable, wasteTable } from "./table.ts";

function main(args: readonly string[]): void {
  const { isJson, ...sampling } = parseOptions(args);
  const comparisons: Comparison[] = [];
  for (const scenario of scenarios) {
    // The tables come at the end, once their columns are as wide as they must be.
    console.error(`simulating ${sampling.runs} trainings: ${scenario.name}`);
    comparisons.push(compare(scenario, sampling));
  }
  console.log(`${scenarioTable(scenarios)}\n\n${wasteTable(comparisons)}`);
  if (isJson) console.log(JSON.stringify({ ...sampling, comparisons }));
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`usage: ${usage}`);
  process.exitCode = 2;
}
