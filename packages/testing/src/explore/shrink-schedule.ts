import { judge } from "./judge.ts";
import { points } from "./require-schedule.ts";
import { MissedInterruption, playSchedule } from "./play-schedule.ts";
import { quietly } from "./quietly.ts";
import type { Interruption, Schedule } from "./schedule.ts";
import type { ResumableTraining } from "../training/training.ts";
import { runUndisturbed } from "./undisturbed.ts";

/**
 * Makes a schedule that a training does not survive, such as one that a random test has found, as short
 * and plain as it gets by small changes: fewer interruptions, plain kills, earlier ones. Rejects when
 * the training survives `schedule`.
 */
export async function shrinkSchedule<Result>(
  training: ResumableTraining<Result>,
  schedule: Schedule,
): Promise<Schedule> {
  const undisturbed = await quietly(() => runUndisturbed(training));
  if ("reason" in undisturbed) throw new Error(undisturbed.message);
  const fails = async (candidate: Schedule): Promise<boolean> => {
    const life = await playSchedule(training, candidate).catch(ignoreMissed);
    return life !== undefined && (await judge(life, undisturbed, candidate)) !== undefined;
  };
  if (!(await fails(schedule))) {
    throw new Error(
      `The training survives ${JSON.stringify(schedule)}: there is nothing to shrink.`,
    );
  }
  let shortest = schedule;
  for (;;) {
    const simpler = await firstThat(fails, simplerThan(shortest));
    if (simpler === undefined) return shortest;
    shortest = simpler;
  }
}

async function firstThat(
  fails: (schedule: Schedule) => Promise<boolean>,
  candidates: Iterable<Schedule>,
): Promise<Schedule | undefined> {
  for (const candidate of candidates) if (await fails(candidate)) return candidate;
  return undefined;
}

/** Each schedule that is one change simpler, the greatest simplifications first. */
function* simplerThan(schedule: Schedule): Generator<Schedule> {
  for (const index of schedule.keys()) yield schedule.toSpliced(index, 1);
  for (const [index, interruption] of schedule.entries()) {
    for (const simpler of [...plainer(interruption), ...earlier(interruption)]) {
      yield schedule.with(index, simpler);
    }
  }
}

function plainer({ kind, ...rest }: Interruption): readonly Interruption[] {
  const { code: _code, forever: _forever, landed: _landed, ...point } = rest as FaultAt;
  const isPlain = kind === undefined && Object.keys(rest).length === 1;
  return isPlain ? [] : [point];
}

type FaultAt = Interruption & { code?: unknown; forever?: unknown; landed?: unknown };

function* earlier(interruption: Interruption): Generator<Interruption> {
  const point = points.find((name) => name in interruption) ?? "";
  const at = interruption[point as keyof Interruption] as unknown as number;
  for (const value of new Set([1, Math.floor(at / 2), at - 1])) {
    if (value >= 1 && value < at) yield { ...interruption, [point]: value };
  }
}

/** A simpler schedule that does not fit the training is none that it fails on. */
function ignoreMissed(error: unknown): undefined {
  if (!(error instanceof MissedInterruption)) throw error;
}
