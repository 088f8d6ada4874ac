import type { RepriseError } from "@reprise/core";
import { dispose, type Tensor, type TensorContainer } from "@tensorflow/tfjs-core";
import { macrotask } from "../states/macrotask.ts";
import { dataMismatch } from "./data-mismatch.ts";
import type { Dataset, DatasetIterator } from "./dataset.ts";
import { leave } from "./leave.ts";
import { Reading } from "./reading.ts";
import { isFromArrays, stageOf } from "./stages.ts";
import { isSameTally, type Tally, tallyWith } from "./tally.ts";

export interface ReaderParts {
  readonly dataset: Dataset;
  /** What it is read for. */
  readonly phase: "batches" | "validation";
  /** How many batches are read in a round; all that there are if it is `undefined`. */
  readonly batches: number | undefined;
  /** The tensors of an element, in an order that is always the same. */
  readonly tensorsOf: (element: unknown) => readonly Tensor[];
}

/** Elements after which timers and signals have their turn, however quickly the next ones are there. */
const restEvery = 32;

/** Reads a dataset, in rounds: an epoch, or a validation. Reads again what earlier lives have read. */
export class Reader {
  /** How far it was read; saved with the run. */
  readonly reading: Reading = new Reading();
  readonly #parts: ReaderParts;
  #iterator: DatasetIterator | undefined;
  #isAtEnd = false;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** Makes an iterator, unless there is one. */
  async open(): Promise<void> {
    if (this.#iterator) return;
    this.#iterator = await this.#parts.dataset.iterator();
    this.#isAtEnd = false;
    this.reading.iterators++;
  }

  /** The next element of the present iterator; it counts as read. */
  async next(): Promise<IteratorResult<unknown>> {
    const { reading } = this;
    if (!this.#iterator || this.#isAtEnd) return { done: true, value: undefined };
    const result = await this.#iterator.next();
    this.#isAtEnd = result.done === true;
    const hasValue = result.value !== undefined && result.value !== null;
    if (hasValue) reading.current = await this.#tallyWith(reading.current, result.value);
    else if (!this.#isAtEnd) reading.current = await tallyWith(reading.current, []);
    return result;
  }

  /** The round is over. `keep` says that the next one goes on from the present iterator. */
  async end({ keep }: { readonly keep: boolean }): Promise<void> {
    this.reading.rounds++;
    if (keep) return;
    this.reading.leave();
    await this.close();
  }

  /** Lets the present iterator go; a later life goes on with it. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    if (iterator && !this.#isAtEnd) await leave(iterator);
  }

  /** Begins to read again what earlier lives have read. Returns how far that was. */
  beginAgain(): Reading {
    const before = new Reading();
    before.loadStateDict(this.reading.stateDict());
    this.reading.loadStateDict(new Reading().stateDict());
    return before;
  }

  /**
   * Makes a round again that was over. Of rounds before the last one no more is read than has to be.
   * Resolves to whether there were as many batches as belong to a round.
   */
  async roundAgain(before: Reading, { keep }: { readonly keep: boolean }): Promise<boolean> {
    await this.open();
    const isLast = this.reading.rounds === before.rounds - 1;
    const canBeSkipped = this.#iterator !== undefined && isFromArrays(stageOf(this.#iterator));
    const isWhole =
      keep || isLast || !canBeSkipped ? await this.#readAgain(this.#parts.batches) : true;
    await this.end({ keep });
    return isWhole;
  }

  /** Goes to behind the first `batches` of a round that was not over. */
  async goTo(batches: number, before: Reading): Promise<void> {
    if (before.iterators > this.reading.iterators) await this.open();
    await this.#readAgain(batches);
  }

  /** The error for what was read again and was not what it was before, if it was not. */
  differenceFrom(before: Reading): RepriseError | undefined {
    for (const name of ["previous", "current"] as const) {
      const [then, now] = [before[name], this.reading[name]];
      if (!isSameTally(then, now)) return this.#mismatch(then, now);
    }
    return undefined;
  }

  /** Reads some batches, or all that there are. Resolves to whether there were as many. */
  async #readAgain(batches: number | undefined): Promise<boolean> {
    for (let read = 0; read !== batches;) {
      const { value, done } = await this.next();
      if (value !== undefined && value !== null) read++;
      dispose(value as TensorContainer);
      if (done) return batches === undefined;
      if (this.reading.current.elements % restEvery === 0) await macrotask();
    }
    return true;
  }

  async #tallyWith(tally: Tally, element: unknown): Promise<Tally> {
    try {
      return await tallyWith(tally, this.#parts.tensorsOf(element));
    } catch (error) {
      dispose(element as TensorContainer);
      throw error;
    }
  }

  #mismatch(then: Tally, now: Tally): RepriseError {
    const { phase } = this.#parts;
    const { elements } = then;
    const found =
      now.elements < elements
        ? `it ends after ${now.elements}`
        : "they differ, or come in another order";
    return dataMismatch(
      phase,
      `Expected the dataset of "${phase}" to give the same ${elements} elements that it gave before the ` +
        `interruption; ${found}. The rest would differ from an uninterrupted run as well. The checkpoint is kept ` +
        `as it is.`,
      { elements },
    );
  }
}
