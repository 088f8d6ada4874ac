/** A moment at which the state is consistent and could be saved. */
export type SavePoint = "batch" | "epoch";

/** What is known of a run's costs and interruptions. Times in seconds. */
export interface SaveCosts {
  /** How long the loop stands still for one save, as measured lately. */
  readonly stall: number;
  /** From the snapshot to the acknowledgement, as measured lately. */
  readonly lag: number;
  /** The interruptions of this run so far, those of all its attempts. */
  readonly failures: number;
  /** How long this run has been trained, in all its attempts. */
  readonly exposure: number;
}

/** What a policy may look at. The same facts give the same answer: a policy keeps no state. */
export interface SaveContext {
  readonly point: SavePoint;
  /** Batches done over the whole run. */
  readonly step: number;
  /** Epochs done over the whole run. */
  readonly epochs: number;
  /** Seconds since an arbitrary start that never go backwards. */
  readonly seconds: number;
  /** The newest save, or where this process began to train if it has not saved yet. */
  readonly last: { readonly step: number; readonly epochs: number; readonly seconds: number };
  /** Absent until a save of this run has been acknowledged. */
  readonly costs?: SaveCosts | undefined;
}

/** When to save: a pure value that composes with others through {@link anyOf}. */
export interface SavePolicy {
  /** How messages name it, such as `every 200 steps`. */
  readonly name: string;
  /** Whether it can only ever be due at the end of an epoch. */
  readonly epochsOnly: boolean;
  isDue(context: SaveContext): boolean;
  /** The seconds from save to save that it chooses, where that follows from what the run has cost. */
  interval?(costs: SaveCosts): number;
  /** What it chose and why, in one line. */
  explain?(costs: SaveCosts): string;
}

/** Whether a multiple of `interval` lies in (`from`, `to`]: the same wherever a run was resumed. */
export function crossesMultiple(interval: number, from: number, to: number): boolean {
  return Math.floor(to / interval) > Math.floor(from / interval);
}
