// Prints, as a table, what is lost when a training is killed and started again: with TensorFlow.js
// alone, killed after the third of six epochs, and with Reprise, killed twice in the middle of one.
import { useWasm } from "../backend.ts";
import { compareHistories, compareWeights } from "./outcome.ts";
import { trainPlainly, trainPlainlyInTwoLives } from "./plain.ts";
import { trainResumably, trainResumablyInThreeLives } from "./resumable.ts";
import { type Scenario, scenarios } from "./scenario.ts";

async function compare(scenario: Scenario): Promise<string[]> {
  const plain = await trainPlainly(scenario);
  const restarted = await trainPlainlyInTwoLives(scenario).catch(() => undefined);
  const whole = await trainResumably(scenario);
  const resumed = await trainResumablyInThreeLives(scenario);
  return [
    scenario.name,
    restarted ? compareWeights(restarted, plain) : "`model.save` throws",
    restarted ? compareHistories(restarted, plain) : "",
    compareWeights(resumed, whole),
    compareHistories(resumed, whole),
  ];
}

const head = ["what it uses", "plain: weights", "history", "Reprise: weights", "history"];

await useWasm();
const rows = [head];
for (const scenario of scenarios) rows.push(await compare(scenario));
const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
rows.splice(
  1,
  0,
  widths.map((width) => "-".repeat(width)),
);
for (const row of rows) {
  console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
}
