import assert from "node:assert/strict";
import type { KillPoint } from "./kill-point.ts";
import { runScript, type ScriptOptions, type ScriptResult } from "./run-script.ts";

/** How to start a script until it comes to its end. */
export interface SurviveOptions extends Omit<ScriptOptions, "killAt"> {
  /** Where to kill the attempt of this number, counted from 1; `undefined` lets it run. */
  readonly kills: (attempt: number) => KillPoint | undefined;
  /**
   * How many attempts may be needed; more fail the test.
   * @default 100
   */
  readonly maxAttempts?: number;
}

/** One life of the process. `killed` tells whether the kill that was asked for happened. */
export interface Attempt extends ScriptResult {
  readonly killAt: KillPoint | undefined;
}

/** All lives of a process. */
export interface Survival {
  readonly attempts: readonly Attempt[];
  /** The attempt that came to its end, with whatever exit code but 75. */
  readonly last: Attempt;
}

/** The exit code by which a process asks to be started again. */
const startAgain = 75;

/**
 * Starts the same command again and again, as whatever supervises a training job does: after each
 * kill, and after an exit with code 75. Rejects with an `AssertionError` when it has not ended by
 * itself after `maxAttempts`.
 */
export async function survive({
  kills,
  maxAttempts = 100,
  ...script
}: SurviveOptions): Promise<Survival> {
  const attempts: Attempt[] = [];
  for (;;) {
    const killAt = kills(attempts.length + 1);
    const result = await runScript(killAt ? { ...script, killAt } : script);
    const last = { ...result, killAt };
    attempts.push(last);
    if (!last.killed && last.exitCode !== startAgain) return { attempts, last };
    assert.ok(
      attempts.length < maxAttempts,
      `${String(script.script)} has not ended in ${maxAttempts} attempts.\n${last.stderr}`,
    );
  }
}
