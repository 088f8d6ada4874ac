import { type CheckpointStore, type Logs, memory } from "@reprise/core";
import { callbackPromises } from "./callback-promises.ts";
import type { CallbackUnderTest } from "./one-life.ts";

/** What {@link callbackContract} needs to know of a callback and of the test runner. */
export interface CallbackContract {
  /** Registers a test: `test` or `it` of any runner. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** A new callback with a training of its own, as a process that has just started has them. */
  readonly make: () => CallbackUnderTest | Promise<CallbackUnderTest>;
  /**
   * What step `step` logs, from 0: numbers that make the callback do something, its decisions included.
   * An epoch logs the means of its steps.
   */
  readonly logs: (step: number) => Logs;
  /** @default 6 */
  readonly epochs?: number;
  /**
   * Steps of an epoch.
   * @default 2
   */
  readonly batches?: number;
  /**
   * A new and empty store for the checkpoints of the tests.
   * @default memory
   */
  readonly store?: () => CheckpointStore;
}

/**
 * Registers one test for every promise of a callback whose training may be interrupted: whatever comes
 * between, it ends with the same state and has decided the same.
 */
export function callbackContract({
  it,
  make,
  logs,
  epochs = 6,
  batches = 2,
  store = memory,
}: CallbackContract): void {
  const kit = { make: async () => make(), open: store, plan: { epochs, batches, logs } };
  for (const [name, show] of Object.entries(callbackPromises)) it(name, () => show(kit));
}
