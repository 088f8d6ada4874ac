import { firstDifference } from "../bits/first-difference.ts";
import { failureOf } from "./failure.ts";
import type { Life } from "./life.ts";
import { firstAstray } from "./saved.ts";
import type { Undisturbed } from "./undisturbed.ts";
import type { Failure } from "./report.ts";
import { copyOfResult } from "../training/result-copy.ts";
import type { Schedule } from "./schedule.ts";

/** Whether a life that should have come to its end did so with the bits of the undisturbed run. */
export async function judge<Result>(
  life: Life<Result>,
  undisturbed: Undisturbed<Result>,
  schedule: Schedule,
): Promise<Failure | undefined> {
  const { end } = life;
  if (end.kind !== "completed") {
    return failureOf({
      schedule,
      reason: "The training fails when it is resumed.",
      advice: "It must come to its end from whatever the interruption has left.",
      error: end.kind === "threw" ? end.error : new Error(`it ${end.kind} without being asked to`),
    });
  }
  const difference = firstDifference(copyOfResult(end.result), undisturbed.result);
  if (difference === undefined) return undefined;
  return failureOf({
    schedule,
    reason: "The training does not resume exactly.",
    advice:
      "Whatever this depends on must be in `state` or in a callback with a key, or be computed from the " +
      "position.",
    difference,
    astray: await firstAstray(life, undisturbed.life),
  });
}
