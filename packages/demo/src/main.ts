import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstDifference } from "@reprise/testing";
import { command } from "./attempt.ts";
import { planKills } from "./kill-plan.ts";
import { parseOptions, usage } from "./options.ts";
import { byHand, stepsAtMost, withTfjs } from "./plan.ts";
import { createProgressBar } from "./progress-bar.ts";
import { digest, formatTable, toRows } from "./report.ts";
import { trainThrough } from "./storm.ts";

/** Trains once undisturbed and once under kills, and compares every bit. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { seed, kills, json, tfjs } = parseOptions(args);
  const training = tfjs ? withTfjs : byHand;
  const folder = await mkdtemp(join(tmpdir(), "reprise-demo-"));
  try {
    const calm = join(folder, "undisturbed");
    const stormy = join(folder, "killed");
    const again = `--seed ${seed} --kills ${kills}${tfjs ? " --tfjs" : ""}`;
    console.log(`seed ${seed}, kills ${kills} (npm run demo -- ${again})\n`);

    const whole = createProgressBar("undisturbed", stepsAtMost(training));
    const reference = await trainThrough(training, calm, [], whole);
    const steps = reference.attempts.at(-1)?.to ?? stepsAtMost(training);

    const where = { training, backup: join(stormy, "backup"), result: join(stormy, "result.bin") };
    console.log(`\nThe same training, killed by SIGKILL and started again by the same command:`);
    console.log(`  node ${command(where).join(" ")}\n`);
    const bar = createProgressBar("killed", steps);
    const storm = await trainThrough(training, stormy, planKills(seed, kills, steps), bar);

    const rows = toRows(storm.attempts);
    const struck = storm.attempts.filter(({ killed }) => killed).length;
    const { accuracy: _, ...expected } = reference.result;
    const { accuracy, ...found } = storm.result;
    const difference = firstDifference(found, expected);
    console.log(`\n${formatTable(rows)}\n`);
    console.log(`undisturbed  ${digest(reference.result)}`);
    console.log(`killed       ${digest(storm.result)}`);
    console.log(`             SHA-256 of weights, optimizer and history`);
    console.log(
      `test accuracy ${accuracy.toFixed(4)}; left in the backup: ${storm.leftovers.join(", ")}`,
    );
    if (difference) {
      console.log(
        `\nDIFFERENT at ${difference.path}: ${difference.a}, undisturbed ${difference.b}`,
      );
    } else {
      console.log(`\nidentical: every bit, after ${struck} kills`);
    }
    if (struck < kills)
      console.log(`only ${struck} of ${kills} kills struck before the training was complete`);
    const identical = difference === undefined;
    if (json)
      console.log(JSON.stringify({ identical, kills: struck, accuracy, seed, attempts: rows }));
    return identical && struck === kills ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`usage: ${usage}`);
  process.exitCode = 2;
}
