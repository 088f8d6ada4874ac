import type { ExplorationOptions } from "../explore/every-interruption.ts";
import type { Schedule } from "../explore/schedule.ts";

/** What `import "@reprise/testing/jest"` adds to `expect(…)`. */
export interface ResumableMatchers<R> {
  /**
   * Expects a training to end with the same bits however often and wherever it is interrupted: see
   * `everyInterruption`. Await it.
   */
  toResumeExactly(options?: ExplorationOptions): Promise<void>;
  /** Expects a training to end with the same bits after the interruptions of `schedule`. Await it. */
  toSurvive(schedule: Schedule): Promise<void>;
  /** Expects two undisturbed runs of a training to be the same: see `checkDeterminism`. Await it. */
  toBeDeterministic(): Promise<void>;
  /** Expects a state or result to be the same bits as `expected`: see `firstDifference`. */
  toBeBitIdenticalTo(expected: unknown): R;
}

declare module "expect" {
  // The type parameters are those of jest 29 and 30, since declarations that merge must agree in them.
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ResumableMatchers<R> {}
}

declare global {
  namespace jest {
    // As @types/jest declares it, for tests that use the global `expect`.
    interface Matchers<R, T = {}> extends ResumableMatchers<R> {}
  }
}
