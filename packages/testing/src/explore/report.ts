import type { Difference } from "../bits/first-difference.ts";
import type { Schedule } from "./schedule.ts";

/** Why a training does not resume exactly. */
export interface Failure {
  /** The shortest schedule that shows it; empty when undisturbed runs already differ or fail. */
  readonly schedule: Schedule;
  /** In one sentence. */
  readonly reason: string;
  /** The first place at which the training under test (`a`) is not the undisturbed one (`b`). */
  readonly difference?: Difference;
  /** What the training threw, if it did. */
  readonly error?: unknown;
  /** All of it for people: schedule as pasteable JSON, path, both bit patterns, what to do. */
  readonly message: string;
}

/** What {@link everyInterruption} has looked at. */
export interface Exploration<Result> {
  /** What the undisturbed training resolved to; `undefined` if it did not. */
  readonly reference: Result | undefined;
  /** How many different durable states it has come to. */
  readonly states: number;
  /** How often the training was called. */
  readonly lives: number;
  readonly failure?: Failure;
}
