import { firstDifference } from "../bits/first-difference.ts";
import { type UnkeyedUse, Uses } from "../determinism/uses.ts";
import { muchLaterMs, withTraps } from "../determinism/with-traps.ts";
import { failureOf } from "./failure.ts";
import { durableState } from "./image.ts";
import { type Life, live } from "./life.ts";
import type { Failure } from "./report.ts";
import { savedDifference, savesOf } from "./saved.ts";
import { copyOfResult } from "../training/result-copy.ts";
import type { ResumableTraining } from "../training/training.ts";

/** What a training does when nothing happens to it. */
export interface Undisturbed<Result> {
  readonly life: Life<Result>;
  /** What it resolved to. */
  readonly result: Result;
}

function completed<Result>(life: Life<Result>): { readonly result: Result } | Failure {
  const { end } = life;
  if (end.kind === "completed") return { result: end.result };
  return failureOf({
    reason: "The training fails when nothing happens to it.",
    advice: "Make it pass undisturbed first.",
    error: end.kind === "threw" ? end.error : `it ${end.kind === "left" ? "left" : "was killed"}`,
  });
}

/**
 * Runs the training twice without disturbing it, and compares results and saves. The second run is a
 * year later by all clocks, so that a time of day that is saved shows.
 */
export async function runUndisturbed<Result>(
  training: ResumableTraining<Result>,
): Promise<Undisturbed<Result> | Failure> {
  const life = await live(training, new Map());
  const first = completed(life);
  if ("reason" in first) return first;
  const result = copyOfResult(first.result);
  if (savesOf(life).length === 0) {
    return failureOf({
      reason: "The training never saves, so it has nothing to resume from.",
      advice:
        "Give the store that it is called with to new BackupAndRestore(store, …), in the callbacks, and " +
        "let the run be long enough for a save.",
    });
  }
  const uses = new Uses();
  const again = await withTraps(uses.note, muchLaterMs, () => live(training, new Map()));
  const second = completed(again);
  if ("reason" in second) return second;
  const difference = firstDifference(copyOfResult(second.result), result);
  if (difference) {
    return failureOf({
      reason: "The training is not deterministic: two undisturbed runs differ.",
      advice:
        "Everything that it changes must be made inside of it, and every random number be keyed or saved.",
      difference,
      uses: uses.list(),
      sides: ["second run", "first run"],
    });
  }
  return (await compareSaves(life, again, uses.list())) ?? { life, result };
}

async function compareSaves<Result>(
  first: Life<Result>,
  second: Life<Result>,
  uses: readonly UnkeyedUse[],
): Promise<Failure | undefined> {
  const [saves, others] = [savesOf(first), savesOf(second)];
  for (const [index, image] of saves.entries()) {
    const other = others[index] ?? new Map();
    if (durableState(image) === durableState(other)) continue;
    return failureOf({
      reason: `What is saved is not the same in two undisturbed runs, first in save ${index + 1}.`,
      advice:
        "Something that is not part of the training is in its state, such as the time of day or the " +
        "name of the run: leave it out of the state.",
      difference: await savedDifference(other, image),
      uses,
      sides: ["second run", "first run"],
    });
  }
  return undefined;
}
