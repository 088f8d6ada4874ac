import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { attempt, type Attempt } from "./attempt.ts";
import type { PlannedKill } from "./kill-plan.ts";
import type { Result } from "./messages.ts";
import type { Training } from "./plan.ts";
import type { ProgressBar } from "./progress-bar.ts";

/** A training that came to its end, however many lives it took. */
export interface Storm {
  readonly attempts: readonly Attempt[];
  readonly result: Result;
  /** What is left in the directory of the backup. */
  readonly leftovers: readonly string[];
}

/** Starts the training by the same command until it is complete, killing it as `kills` says. */
export async function trainThrough(
  training: Training,
  folder: string,
  kills: readonly PlannedKill[],
  bar: ProgressBar,
): Promise<Storm> {
  await mkdir(folder, { recursive: true });
  const backup = join(folder, "backup");
  const result = join(folder, "result.bin");
  const attempts: Attempt[] = [];
  for (;;) {
    const kill = kills[attempts.length];
    const life = await attempt({
      training,
      backup,
      result,
      kill,
      onProgress: (now) => bar.show({ ...now, attempt: attempts.length + 1 }),
    });
    attempts.push(life);
    bar.ended(attempts.length, life);
    if (life.killed) continue;
    return {
      attempts,
      result: deserialize(await readFile(result)) as Result,
      leftovers: await readdir(backup),
    };
  }
}
