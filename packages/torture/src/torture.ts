import { availableParallelism } from "node:os";
import { keyedRandom } from "@reprise/core";
import { type Course, createCourse, runFairly } from "./schedule.ts";
import type { Storm, Trial } from "./storm.ts";
import { findMissing } from "./system-programs.ts";
import type { Row } from "./table.ts";
import type { Workshop } from "./workshop.ts";

export interface TortureOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Only the trial of this name, in each storm. */
  readonly trial?: string | undefined;
  readonly onTried: (course: Course, trial: Trial, error?: unknown) => void;
}

/** Runs all storms that can be run here, and tells what has come of each. */
export async function torture(
  storms: readonly Storm[],
  workshop: Workshop,
  { seed, minutes, trial, onTried }: TortureOptions,
): Promise<readonly Row[]> {
  const begin = performance.now();
  const random = keyedRandom(seed);
  const courses = new Map<Storm, Course>();
  const prepare = async (storm: Storm): Promise<void> => {
    const plan = await storm.plan({ random, workshop });
    const chosen = trial === undefined ? plan : [find(plan, trial)];
    courses.set(storm, createCourse(storm.name, chosen, random));
  };
  const runnable = storms.filter(({ needs = [] }) => findMissing(needs) === undefined);
  await Promise.all(runnable.map(prepare));
  await runFairly([...courses.values()], {
    atOnce: availableParallelism(),
    isTimeOver: () => performance.now() - begin > minutes * 60_000,
    onTried,
  });
  return storms.map((storm) => {
    const { name, faults, needs = [] } = storm;
    const result = courses.get(storm)?.tally ?? { lacks: findMissing(needs) ?? "" };
    return { name, faults, result };
  });
}

/** As far as a storm without end is searched. */
const farthest = 100_000;

function find(plan: Iterable<Trial>, name: string): Trial {
  let searched = 0;
  for (const trial of plan) {
    if (trial.name === name) return trial;
    if (++searched === farthest) break;
  }
  throw new Error(`There is no trial ${name}.`);
}
