import type { Position } from "../position/position.ts";

/** A notice that this machine or process will go, and the way to end the process because of it. */
export interface Preemption {
  /**
   * Calls `notify` with a short reason, such as `SIGTERM`, for every notice from now on. The
   * returned function stops listening.
   */
  watch(notify: (reason: string) => void): () => void;

  /**
   * Asked after every batch for a notice that comes without an event, such as a flag that another
   * thread sets in shared memory while this one computes. Returns its reason, or `undefined`.
   */
  readonly poll?: (position: Position) => string | undefined;

  /** Ends the process with `code` once its output is written. Without it, the loop throws. */
  readonly exit?: (code: number) => Promise<never>;
}
