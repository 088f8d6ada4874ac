import { RepriseError } from "@reprise/core";
import { dispose, type Tensor, type TensorContainer } from "@tensorflow/tfjs-core";
import { macrotask } from "../states/macrotask.ts";
import type { Dataset, DatasetIterator } from "./dataset.ts";
import { leave } from "./leave.ts";
import type { Reading } from "./reading.ts";
import { emptyTally, isSameTally, type Tally, tallyWith } from "./tally.ts";

interface ReaderParts {
  readonly dataset: Dataset;
  /** What it is called in messages. */
  readonly name: string;
  /** How far it was read; saved with the run. */
  readonly reading: Reading;
  /** The tensors of an element, in an order that is always the same. */
  readonly tensorsOf: (element: unknown) => readonly Tensor[];
  /** Called with a `DATA_MISMATCH` when the dataset gives something else than in an earlier life; may throw it. */
  readonly onMismatch: (error: RepriseError) => void;
}

/** Elements after which timers and signals have their turn, however quickly the next ones are there. */
const restEvery = 32;

/**
 * Reads a dataset, iterator after iterator, and counts what it read. What earlier lives have read is
 * read again and compared with what it was then.
 */
export class Reader {
  readonly #parts: ReaderParts;
  #iterator: DatasetIterator | undefined;
  #isAtEnd = false;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /**
   * Makes the iterators that earlier lives have made, and goes to where they left the last one.
   */
  async resume(): Promise<void> {
    const { dataset, reading } = this.#parts;
    for (let index = 0; index < reading.iterators; index++) {
      const iterator = await dataset.iterator();
      const isLast = index === reading.iterators - 1;
      if (isLast && reading.isOpen) {
        reading.current = await this.#readAgain(iterator, reading.current);
        this.#iterator = iterator;
      } else {
        if (index === 0) reading.opening = await this.#readAgain(iterator, reading.opening);
        await leave(iterator);
      }
    }
  }

  /** Makes an iterator, unless there is one. */
  async open(): Promise<void> {
    if (this.#iterator) return;
    this.#iterator = await this.#parts.dataset.iterator();
    this.#isAtEnd = false;
    this.#parts.reading.begin();
  }

  /** The next element of the present iterator; it counts as read. */
  async next(): Promise<IteratorResult<unknown>> {
    const { reading } = this.#parts;
    if (!this.#iterator || this.#isAtEnd) return { done: true, value: undefined };
    const result = await this.#iterator.next();
    this.#isAtEnd = result.done === true;
    if (!isEnd(result)) reading.advance(await this.#tallyWith(reading.current, result.value));
    return result;
  }

  /** Does not read on from the present iterator: the next one is to be made anew. */
  async end(): Promise<void> {
    this.#parts.reading.end();
    await this.close();
  }

  /** Lets the present iterator go; a later life goes on with it. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    if (iterator && !this.#isAtEnd) await leave(iterator);
  }

  /** Reads what an earlier life has read. Resolves to what was found. */
  async #readAgain(iterator: DatasetIterator, then: Tally): Promise<Tally> {
    let now = emptyTally;
    let found = "they differ, or come in another order";
    while (now.elements < then.elements) {
      const result = await iterator.next();
      if (isEnd(result)) {
        found = `it ends after ${now.elements}`;
        break;
      }
      now = await this.#tallyWith(now, result.value);
      dispose(result.value as TensorContainer);
      if (now.elements % restEvery === 0) await macrotask();
    }
    if (!isSameTally(now, then)) this.#parts.onMismatch(this.#mismatch(then, found));
    return now;
  }

  async #tallyWith(tally: Tally, element: unknown): Promise<Tally> {
    if (hasNoValue(element)) return tallyWith(tally, []);
    try {
      return await tallyWith(tally, this.#parts.tensorsOf(element));
    } catch (error) {
      dispose(element as TensorContainer);
      throw error;
    }
  }

  #mismatch({ elements }: Tally, found: string): RepriseError {
    const { name } = this.#parts;
    return new RepriseError(
      "DATA_MISMATCH",
      `Expected ${name} to give the same ${elements} elements again that it gave before the interruption; ` +
        `${found}. The rest would differ from an uninterrupted run as well. A shuffle needs a seed that is not ` +
        `empty and not 0, as in dataset.shuffle(1024, "42"); what is random in map() or a generator must follow ` +
        `from the element. To go on with other data nevertheless: BackupAndRestore(store, { onMismatch: "warn" }).`,
      { details: { dataset: name, elements } },
    );
  }
}

function hasNoValue(value: unknown): boolean {
  return value === undefined || value === null;
}

function isEnd({ done, value }: IteratorResult<unknown>): boolean {
  return done === true && hasNoValue(value);
}
