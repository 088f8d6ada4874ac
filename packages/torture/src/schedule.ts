import type { KeyedRandom } from "@reprise/core";
import type { Trial } from "./storm.ts";

/** What has come of the trials of one storm. */
export interface Tally {
  /** How many trials there are; `undefined` where they never end. */
  readonly planned: number | undefined;
  tried: number;
  survived: number;
  lost: number;
  /** Trials whose fault never happened. */
  missed: number;
  spentMs: number;
}

/** The trials of one storm, and what has come of them. */
export interface Course {
  readonly name: string;
  readonly tally: Tally;
  /** Trials in progress. */
  running: number;
  next(): Trial | undefined;
}

/** While both go on, a storm that never ends gets a third of the time of one that does. */
const endlessWeight = 3;

/** What a trial takes before any has told, in milliseconds. */
const usualMs = 500;

/**
 * The trials of one storm. Where all there are may not fit into the time, those that do are spread
 * evenly: their order is shuffled, the same for the same seed.
 */
export function createCourse(name: string, plan: Iterable<Trial>, random: KeyedRandom): Course {
  const isFinite = Array.isArray(plan);
  const trials = isFinite ? shuffle(plan as Trial[], random(name).next) : plan;
  const iterator = trials[Symbol.iterator]();
  return {
    name,
    tally: {
      planned: isFinite ? plan.length : undefined,
      tried: 0,
      survived: 0,
      lost: 0,
      missed: 0,
      spentMs: 0,
    },
    running: 0,
    next: () => iterator.next().value as Trial | undefined,
  };
}

function shuffle(trials: readonly Trial[], draw: () => number): Trial[] {
  return trials
    .map((trial) => ({ trial, place: draw() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ trial }) => trial);
}

export interface RunOptions {
  /** How many trials may be in progress at a time. */
  readonly atOnce: number;
  readonly isTimeOver: () => boolean;
  /** Is told of every trial when it is through, and of the error if it was lost. */
  readonly onTried: (course: Course, trial: Trial, error?: unknown) => void;
  /** @default the clock of this process, in milliseconds */
  readonly now?: () => number;
}

/**
 * Runs trials until all are done or the time is over: the next is always one of the course that has
 * had the least of the time.
 */
export async function runFairly(
  courses: readonly Course[],
  { atOnce, isTimeOver, onTried, now = () => performance.now() }: RunOptions,
): Promise<void> {
  const going = new Set(courses);
  const work = async (): Promise<void> => {
    for (;;) {
      const [course] = [...going].toSorted((a, b) => served(a) - served(b));
      if (course === undefined || isTimeOver()) return;
      const trial = course.next();
      if (trial === undefined) {
        going.delete(course);
        continue;
      }
      const begin = now();
      course.running++;
      await runTrial(course, trial, onTried);
      course.running--;
      course.tally.spentMs += now() - begin;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** How much of the time a course has had, with a trial in progress as an average one. */
function served({ tally, running }: Course): number {
  const done = tally.tried + tally.missed;
  const trialMs = done === 0 ? usualMs : tally.spentMs / done;
  const spentMs = tally.spentMs + running * trialMs;
  return tally.planned === undefined ? spentMs * endlessWeight : spentMs;
}

async function runTrial(
  course: Course,
  trial: Trial,
  onTried: RunOptions["onTried"],
): Promise<void> {
  const { tally } = course;
  try {
    const outcome = await trial.run();
    tally[outcome]++;
    if (outcome === "survived") tally.tried++;
    onTried(course, trial);
  } catch (error) {
    tally.tried++;
    tally.lost++;
    onTried(course, trial, error);
  }
}
