import { inspect } from "node:util";
import type { Course } from "./schedule.ts";
import type { Trial } from "./storm.ts";

/** How often a line says how far it is, in milliseconds. */
const everyMs = 10_000;

/** Prints every loss, with the command that brings it about again, and now and then how far it is. */
export function createProgress(
  seed: number,
): (course: Course, trial: Trial, error?: unknown) => void {
  const begin = performance.now();
  let printed = begin;
  const tried = new Map<string, number>();
  return ({ name, tally }, trial, error) => {
    tried.set(name, tally.tried);
    if (error !== undefined) {
      const found = error instanceof Error ? error.message : inspect(error);
      const again = `npm run torture -- --seed ${seed} --only ${name} --trial "${trial.name}"`;
      console.log(`\nLOST: ${name} ${trial.name}\n${found}\nagain: ${again}\n`);
    }
    if (performance.now() - printed < everyMs) return;
    printed = performance.now();
    const counts = [...tried].map(([storm, count]) => `${storm} ${count}`).join(", ");
    console.log(`${Math.round((printed - begin) / 1000)} s: ${counts}`);
  };
}
