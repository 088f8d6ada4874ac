import type { KeyedRandom } from "@reprise/core";
import type { Workshop } from "./workshop.ts";

/** One kind of fault, tried again and again. */
export interface Storm {
  /** Names it for `--only`, such as `kill-at-syscall`. */
  readonly name: string;
  /** Its numbers in the list of faults that a store must survive, such as `F1 F2`. */
  readonly faults: string;
  /** Programs of the system, such as `strace`; where one is missing the storm is not run. */
  readonly needs?: readonly string[];
  /**
   * All that is to be tried. An array holds every trial there is, in any order; of an iterable that
   * never ends as many trials are run as there is time for.
   */
  plan(context: StormContext): Promise<Iterable<Trial>>;
}

/** One fault at one place, and all that is looked at afterwards. */
export interface Trial {
  /** Tells it from the other trials of its storm; the same for the same seed. */
  readonly name: string;
  /**
   * `missed` when the fault never happened, so that nothing was tried. Rejects when anything was
   * lost; the message says what, and what is needed to understand it.
   */
  run(): Promise<"survived" | "missed">;
}

/** What storms share. */
export interface StormContext {
  /**
   * The same for the same seed. A trial draws from a stream of its own, such as
   * `random("kill", 17)`, so that it can be run again without those before it.
   */
  readonly random: KeyedRandom;
  /** Starts the training that is under torture, in folders that are removed at the end. */
  readonly workshop: Workshop;
}
