import { playSchedule } from "./play-schedule.ts";
import type { Schedule } from "./schedule.ts";
import type { ResumableTraining } from "../training/training.ts";

/**
 * Runs `training` once for each interruption of `schedule` and then undisturbed to its end, and
 * resolves to what that last life resolves to. Rejects with what it throws, and when an interruption
 * does not come to pass: a schedule that no longer fits a training is none that it survives.
 */
export async function replay<Result>(
  training: ResumableTraining<Result>,
  schedule: Schedule,
): Promise<Result> {
  const { end } = await playSchedule(training, schedule);
  if (end.kind === "completed") return end.result;
  throw end.kind === "threw" ? end.error : new Error(`The training ${end.kind} by itself.`);
}
