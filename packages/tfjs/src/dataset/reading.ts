import type { StateDict, TrainingState } from "@reprise/core";
import { emptyTally, type Tally } from "./tally.ts";

/** How many elements of the first iterator of a dataset are known again after an interruption. */
const openingLength = 16;

/**
 * How far a dataset has been read. An iterator of `tf.data` cannot be entered anywhere, and what it
 * gives may follow from how many came before it: a later life makes as many, and reads as far.
 */
export class Reading implements TrainingState {
  /** Iterators that elements were asked of, the present one included. */
  iterators = 0;
  /** Whether the last of them is still being read. */
  isOpen = false;
  /** What was read of the last one, up to the batch that was trained on last. */
  current: Tally = emptyTally;
  /** The first elements of the first one, which tell whether the dataset gives the same order again. */
  opening: Tally = emptyTally;

  /** Another iterator is being read. */
  begin(): void {
    this.iterators++;
    this.isOpen = true;
    this.current = emptyTally;
  }

  /** What was read of the present iterator so far. */
  advance(tally: Tally): void {
    this.current = tally;
    if (this.iterators === 1 && tally.elements <= openingLength) this.opening = tally;
  }

  /** The present iterator is not read any further. */
  end(): void {
    this.isOpen = false;
    this.current = emptyTally;
  }

  stateDict(): StateDict {
    const { iterators, isOpen, current, opening } = this;
    return { iterators, isOpen, current: { ...current }, opening: { ...opening } };
  }

  loadStateDict(dict: StateDict): void {
    this.iterators = dict["iterators"] as number;
    this.isOpen = dict["isOpen"] as boolean;
    this.current = tallyOf(dict["current"]);
    this.opening = tallyOf(dict["opening"]);
  }
}

function tallyOf(saved: unknown): Tally {
  const { elements, high, low } = saved as Tally;
  return { elements, high, low };
}
