import { type CheckpointStore, memory } from "@reprise/core";
import { awkwardPromises } from "./awkward-promises.ts";
import { loadPromises } from "./load-promises.ts";
import type { TrainingStateUnderTest } from "./promise-kit.ts";
import { refusalPromises } from "./refusal-promises.ts";
import { resumePromises } from "./resume-promises.ts";
import { savePromises } from "./save-promises.ts";

/** What {@link trainingStateContract} needs to know of a state and of the test runner. */
export interface TrainingStateContract {
  /** Registers a test: `test` or `it` of any runner. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** A new instance, which shares nothing with those before. */
  readonly make: () => TrainingStateUnderTest | Promise<TrainingStateUnderTest>;
  /**
   * A new and empty store for the checkpoints of the tests.
   * @default memory
   */
  readonly store?: () => CheckpointStore;
}

/**
 * Registers one test for every promise that a training state makes: an object with `stateDict` and
 * `loadStateDict`, a pair of `get` and `set`, plain data, or any mix of them. Each goes through real
 * checkpoints. What only `loadStateDict` can break is asked of the objects that have it.
 */
export function trainingStateContract({ it, make, store = memory }: TrainingStateContract): void {
  const kit = { make: async () => make(), open: store };
  const promises = {
    ...savePromises,
    ...resumePromises,
    ...loadPromises,
    ...awkwardPromises,
    ...refusalPromises,
  };
  for (const [name, show] of Object.entries(promises)) it(name, () => show(kit));
}
