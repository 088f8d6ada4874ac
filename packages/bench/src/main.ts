// Measures the budgets of Reprise, each as a ratio of two things taken in turn in one run: this
// machine's speed drifts, a ratio does not. `npm run bench`, `npm run bench -- --json`.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureDurableSave } from "./durable-save.ts";
import { measureLoopCost } from "./loop-cost.ts";
import { measureManyTensors } from "./many-tensors.ts";
import { formatRow, type Row } from "./row.ts";
import { measureStall } from "./stall.ts";
import { measureTfjsDurableSave } from "./tfjs-durable-save.ts";
import { measureTfjsSaves } from "./tfjs-saves.ts";
import { measureTfjsSteps } from "./tfjs-steps.ts";

const { BENCH_DIRECTORY: parent = tmpdir() } = process.env;
const folder = await mkdtemp(join(parent, "reprise-bench-"));
const rows: Row[] = [];
try {
  for (const measure of [
    measureLoopCost,
    measureStall,
    measureManyTensors,
    measureDurableSave,
    measureTfjsSteps,
    measureTfjsSaves,
    measureTfjsDurableSave,
  ]) {
    for (const row of await measure(folder)) {
      rows.push(row);
      console.log(formatRow(row));
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (process.argv.includes("--json")) {
  console.log(
    JSON.stringify({
      rows: rows.map(({ name, ratio, budget, ok }) => ({ name, ratio, budget, ok })),
    }),
  );
}
