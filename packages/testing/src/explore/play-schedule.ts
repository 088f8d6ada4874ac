import type { Image } from "./image.ts";
import { type Life, live } from "./life.ts";
import { quietly } from "./quietly.ts";
import { requireSchedule } from "./require-schedule.ts";
import type { Schedule } from "./schedule.ts";
import type { ResumableTraining } from "../training/training.ts";

/** Thrown when an interruption does not come to pass: its schedule does not fit the training. */
export class MissedInterruption extends Error {
  constructor(schedule: Schedule, index: number, why: string) {
    super(
      `Interruption ${index + 1} of the schedule, ${JSON.stringify(schedule[index])}, did not happen: ` +
        `${why}. Expected a point that its life comes to.`,
    );
    this.name = "MissedInterruption";
  }
}

/**
 * Runs one life for each interruption, and then an undisturbed one unless training is complete.
 * Resolves to the last of them. Rejects with a {@link MissedInterruption} or a `TypeError` for a
 * schedule that is none.
 */
export async function playSchedule<Result>(
  training: ResumableTraining<Result>,
  schedule: Schedule,
): Promise<Life<Result>> {
  requireSchedule(schedule);
  return quietly(async () => {
    let image: Image = new Map();
    for (const [index, interruption] of schedule.entries()) {
      const life = await live(training, image, interruption);
      if (!life.isInterrupted) throw new MissedInterruption(schedule, index, describe(life));
      if (life.end.kind === "completed") {
        if (index + 1 === schedule.length) return life;
        const why = "training was complete in spite of the one before";
        throw new MissedInterruption(schedule, index + 1, why);
      }
      image = life.image;
    }
    return live(training, image);
  });
}

function describe<Result>({ boundaries, changes, operations, end }: Life<Result>): string {
  const saves = changes.filter(({ save }) => save !== undefined).length;
  return (
    `that life ${end.kind} at step ${boundaries.at(-1)?.step ?? 0}, after ${saves} saves, ${operations} ` +
    `calls of its store and ${boundaries.length} boundaries`
  );
}
