import {
  type DataCursor,
  type DataSource,
  type Logs,
  type PhaseProgress,
  type Purpose,
  RepriseError,
  sameData,
  type Training,
} from "@reprise/core";

/** One item of a loop over data. */
export interface Batch<T> {
  readonly value: T;
  /** Counted from 0 within this loop and epoch. */
  readonly index: number;
  /** What this batch has to tell, such as `batch.logs.loss = 0.3`; callbacks are given it. */
  readonly logs: Logs;
}

interface PhaseParts<T> {
  readonly training: Training;
  readonly source: DataSource<T>;
  readonly name: string;
  readonly purpose: Purpose;
  /** Sees to the loops of this epoch that came before. */
  readonly before: () => Promise<void>;
}

type Result<T> = IteratorResult<Batch<T>, undefined>;

const over: { readonly done: true; readonly value: undefined } = { done: true, value: undefined };

/**
 * A loop over data within an epoch. A batch is done when the next one is asked for: only then is it
 * counted, and only then can it be saved.
 */
export class PhaseLoop<T> implements AsyncIterableIterator<Batch<T>> {
  /**
   * Whether this loop begins here. `false` when a resume enters it again, or finds it done: what was
   * done to the state just before it is in the checkpoint then, and must not be done twice.
   */
  readonly fresh: boolean;
  readonly #parts: PhaseParts<T>;
  #cursor: DataCursor<T> | undefined;
  #progress: PhaseProgress | undefined;
  /** The batch that was handed out and is not done yet. */
  #open: Batch<T> | undefined;
  #isLeft = false;

  constructor(parts: PhaseParts<T>) {
    this.#parts = parts;
    this.fresh = parts.training.progress.phase(parts.name) === undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Result<T>> {
    const { training } = this.#parts;
    if (this.#progress === undefined) {
      const isDone = await this.#enter();
      if (isDone) return over;
    } else if (this.#open) {
      const { logs } = this.#open;
      this.#open = undefined;
      const due = this.#batchEnd(logs);
      if (due) await due;
    }
    if (this.#isLeft || this.#isToEnd()) {
      if (training.ending?.kind === "completed") training.leavePhase();
      await this.#close();
      return over;
    }
    const item = this.#cursor?.next();
    return this.#handOut(isPromise(item) ? await item : item);
  }

  /** The loop was left. Whether by `break` or by `throw` shows in what is called next. */
  async return(): Promise<Result<T>> {
    this.#isLeft = true;
    await this.#close();
    return over;
  }

  /** Called when the epoch goes on behind this loop: then it was left by `break`, and is done. */
  async settle(): Promise<void> {
    const { training, purpose } = this.#parts;
    if (!this.#isLeft || this.#progress === undefined || this.#progress.done) return;
    // After a stop nobody can say how much of the batch was done: the last save counts.
    if (training.ending?.kind === "stopped") return training.interrupt();
    const logs = this.#open?.logs;
    this.#open = undefined;
    if (logs && purpose === "training") await training.batchLeft(logs);
    this.#progress.done = true;
  }

  /** Called when the loop `next` of the same epoch begins. */
  async endBefore(next: string): Promise<void> {
    await this.settle();
    if (this.#open && !this.#isLeft) {
      throw new RepriseError(
        "OUT_OF_ORDER",
        `The loop "${next}" begins inside a batch of "${this.#parts.name}", where the state is between two ` +
          `consistent moments and an interruption could not be resumed. Move it behind that loop, or ` +
          `go through its data with a plain for loop.`,
      );
    }
  }

  async #enter(): Promise<boolean> {
    const { training, source, name, purpose, before } = this.#parts;
    await before();
    if (!training.isRunning) return true;
    // A loop that was stopped in its middle is gone on with by the next start, and what stands between
    // it and this one is done again: entering this one would save it as though it had been the end.
    const { current } = training.progress;
    if (training.ending?.kind === "stopped" && current?.done === false) return true;
    const { descriptor } = source;
    const saved = training.progress.phase(name);
    if (saved?.done) {
      this.#progress = saved;
      return true;
    }
    const progress = await training.enterPhase(name, purpose, sameData(descriptor));
    this.#progress = progress;
    const start = { epoch: training.position.epoch, consumed: progress.batch };
    const { data } = progress;
    this.#cursor = await source.open(data === undefined ? start : { ...start, state: data });
    progress.cursor = this.#cursor;
    return false;
  }

  /** A training that is complete still validates its last epoch, as that is logged like any other. */
  #isToEnd(): boolean {
    const { training, purpose } = this.#parts;
    const { ending } = training;
    return ending !== undefined && !(ending.kind === "completed" && purpose === "validation");
  }

  #batchEnd(logs: Logs): Promise<void> | undefined {
    const { training, purpose } = this.#parts;
    return purpose === "training" ? training.batchEnd(logs) : training.validation(logs);
  }

  async #handOut(item: IteratorResult<T> | undefined): Promise<Result<T>> {
    const { training, purpose } = this.#parts;
    if (item === undefined || item.done) {
      training.leavePhase();
      this.#cursor = undefined;
      return over;
    }
    if (purpose === "training") {
      const begun = training.batchBegin();
      if (begun) await begun;
    }
    this.#open = { value: item.value, index: this.#progress?.batch ?? 0, logs: {} };
    return { done: false, value: this.#open };
  }

  async #close(): Promise<void> {
    const cursor = this.#cursor;
    this.#cursor = undefined;
    await cursor?.close?.();
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}
