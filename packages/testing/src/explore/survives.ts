import { judge } from "./judge.ts";
import { playSchedule } from "./play-schedule.ts";
import { quietly } from "./quietly.ts";
import type { Failure } from "./report.ts";
import type { Schedule } from "./schedule.ts";
import type { ResumableTraining } from "../training/training.ts";
import { runUndisturbed } from "./undisturbed.ts";

/** Whether `training` ends with the same bits after `schedule`: resolves to the failure if not. */
export async function survives<Result>(
  training: ResumableTraining<Result>,
  schedule: Schedule,
): Promise<Failure | undefined> {
  const undisturbed = await quietly(() => runUndisturbed(training));
  if ("reason" in undisturbed) return undisturbed;
  return judge(await playSchedule(training, schedule), undisturbed, schedule);
}
