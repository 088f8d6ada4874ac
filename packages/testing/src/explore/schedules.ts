import * as fc from "fast-check";
import type { Interruption, Schedule } from "./schedule.ts";

/** What {@link schedules} draws from. */
export interface ScheduleBounds {
  /**
   * Fewer than the steps of the training, so that every life comes to the point at which it is
   * interrupted. A whole number from 1.
   */
  readonly steps: number;
  /**
   * At most so many interruptions.
   * @default 4
   */
  readonly interruptions?: number;
}

/** The first calls of every life: they claim the store, and none of them can fail without ending it. */
const callsOfEveryClaim = 3;

/**
 * Schedules of kills, notices and errors of the store, for trainings that are too long to interrupt
 * them everywhere. They shrink towards few and early kills.
 */
export function schedules({ steps, interruptions = 4 }: ScheduleBounds): fc.Arbitrary<Schedule> {
  const step = fc.integer({ min: 1, max: steps });
  const operation = fc.integer({ min: 1, max: callsOfEveryClaim });
  const landed = fc.boolean();
  const interruption: fc.Arbitrary<Interruption> = fc.oneof(
    fc.record({ step }),
    fc.record({ operation, landed }),
    fc.record({ step, kind: fc.constant("term" as const) }),
    fc.record({ operation, kind: fc.constant("error" as const), forever: fc.boolean() }),
  );
  return fc.array(interruption, { maxLength: interruptions });
}
