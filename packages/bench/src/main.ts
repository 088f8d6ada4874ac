// Measures what Reprise costs, as ratios of things that are taken in turn in one run: the speed of a
// machine drifts, a ratio does not.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { budgets } from "./budgets.ts";
import { describeRun, type Figures, keepFigures } from "./figures.ts";
import { measureGoodput } from "./goodput/goodput.ts";
import { measureGrowth } from "./growth/growth.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { publish } from "./publish/publish.ts";
import { goodputTable, growthTable, sideBySideTable } from "./publish/tables.ts";
import { formatRow, type Row } from "./row.ts";
import { compareSizes } from "./side-by-side/side-by-side.ts";

interface Measured {
  readonly rows: readonly Row[];
  /** The sections that are whole. */
  readonly figures: Figures;
}

/** Measures what the options ask for, each in a folder of its own in `parent`. */
async function measure(options: Options, parent: string): Promise<Measured> {
  const taken = describeRun(process.argv.slice(2));
  /** Resolves to nothing for what is not asked for, or has failed. */
  const make = async <Result>(
    name: string,
    isPart: boolean,
    act: (folder: string) => Promise<Result>,
  ): Promise<Result | undefined> => {
    if (!(options.only?.includes(name) ?? isPart)) return undefined;
    const folder = join(parent, name);
    await mkdir(folder);
    try {
      return await act(folder);
    } catch (error) {
      console.error(`${name}: not measured:`, error);
      process.exitCode = 1;
      return undefined;
    } finally {
      await rm(folder, { recursive: true, force: true });
      // The memory of one is wanted by the next, which may be another process.
      globalThis.gc?.();
    }
  };

  const rows: Row[] = [];
  let isWhole = true;
  for (const [name, measureBudget] of Object.entries(budgets)) {
    const measured = await make(name, true, measureBudget);
    isWhole &&= measured !== undefined;
    for (const row of measured ?? []) console.log(formatRow(row));
    rows.push(...(measured ?? []));
  }
  const sizes = await make("side-by-side", true, (folder) =>
    compareSizes(folder, options, (size) => console.log(`\n${sideBySideTable(size)}`)),
  );
  const growth = await make("growth", options.hasGrowth, measureGrowth);
  if (growth) console.log(`\n${growthTable(growth.bySize)}\n\n${growthTable(growth.byTensors)}`);
  const goodput = await make("goodput", options.hasGoodput, measureGoodput);
  if (goodput) console.log(`\n${goodputTable(goodput)}`);
  return {
    rows,
    figures: {
      ...(isWhole && { budgets: { taken, rows } }),
      ...(sizes && { sideBySide: { taken, sizes } }),
      ...(growth && { growth: { taken, ...growth } }),
      ...(goodput && { goodput: { taken, ...goodput } }),
    },
  };
}

async function main(options: Options): Promise<void> {
  const { BENCH_DIRECTORY: disk = tmpdir() } = process.env;
  const folder = await mkdtemp(join(disk, "reprise-bench-"));
  try {
    const { rows, figures } = await measure(options, folder);
    if (options.isRecorded) {
      keepFigures(figures);
      publish();
    }
    if (!options.isJson) return;
    const short = rows.map(({ name, ratio, budget, ok }) => ({ name, ratio, budget, ok }));
    console.log(JSON.stringify({ rows: short }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`usage: ${usage}`);
  process.exitCode = 1;
}
