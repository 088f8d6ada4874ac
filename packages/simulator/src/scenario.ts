import type { Failures } from "./failures.ts";

/** A training, what a save of it costs, and what interrupts it. Times in seconds. */
export interface Scenario {
  readonly name: string;
  /** How long the loop stands still for one save. */
  readonly stall: number;
  /** From the snapshot to the acknowledgement, the stall included. */
  readonly lag: number;
  /** From an interruption to the first step after it: noticing, starting, loading. */
  readonly restart: number;
  readonly failures: Failures;
  readonly step: number;
  /** How long the training takes where nothing is saved and nothing fails. */
  readonly work: number;
}
