import type { Position } from "../position/position.ts";
import type { Captured } from "../snapshot/capture.ts";
import type { Snapshot } from "../snapshot/pool.ts";

/** What a save is made of: a position and the state at that position. */
export interface SaveRequest {
  readonly position: Position;
  readonly captured: Captured;
  /** Why training is complete, if it is. */
  readonly end: string | null;
}

/** A save on its way. Times in milliseconds. */
export interface Save {
  readonly snapshot: Snapshot;
  readonly request: SaveRequest;
  readonly begun: number;
  /** How long the loop has stood still for it. */
  stall: number;
}
