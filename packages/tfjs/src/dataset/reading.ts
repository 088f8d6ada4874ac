import type { StateDict, TrainingState } from "@reprise/core";
import { emptyTally, type Tally } from "./tally.ts";

/**
 * How far a dataset has been read. An iterator of tf.data cannot be entered anywhere, and what it gives
 * may follow from all that was read before: a later life reads it again.
 */
export class Reading implements TrainingState {
  /** The epochs, or the validations, that were read to their end. */
  rounds = 0;
  /** Iterators that were made to be read. */
  iterators = 0;
  /** What was read of the last one, up to the batch that was trained on last. */
  current: Tally = emptyTally;
  /** What was read of the one before, whose round is over. */
  previous: Tally = emptyTally;

  /** The present iterator is not read any further. */
  leave(): void {
    this.previous = this.current;
    this.current = emptyTally;
  }

  stateDict(): StateDict {
    const { rounds, iterators, current, previous } = this;
    return {
      rounds,
      iterators,
      current: { ...current },
      previous: { ...previous },
    };
  }

  loadStateDict(dict: StateDict): void {
    this.rounds = dict["rounds"] as number;
    this.iterators = dict["iterators"] as number;
    this.current = tallyOf(dict["current"]);
    this.previous = tallyOf(dict["previous"]);
  }
}

function tallyOf(saved: unknown): Tally {
  const { elements, high, low } = saved as Tally;
  return { elements, high, low };
}
