import {
  type CheckpointStore,
  liveRuns,
  parseEntryName,
  type Position,
  type Preemption,
  type Presence,
  RepriseError,
  type RepriseErrorCode,
} from "@reprise/core";
import { type Change, type Image, leaseIn } from "./image.ts";
import type { Interruption, Kill, Landing, StoreError, StorePoint, Term } from "./schedule.ts";

const description = "the store under test";

/** The store of one life: in memory, counted, and interrupted once. */
export class InterruptedStore {
  readonly changes: Change[] = [];
  readonly boundaries: Position[] = [];
  /** Resolves when this life has come to its end without being able to say so itself. */
  readonly frozen: Promise<{ readonly kind: "left" | "killed" }>;
  readonly #interruption: Interruption | undefined;
  readonly #runs: Set<string> = new Set();
  #freeze: (end: { readonly kind: "left" | "killed" }) => void = () => {};
  #entries: Image;
  #operations = 0;
  #saves = 0;
  #isInterrupted = false;
  #isOver = false;
  #failing: RepriseErrorCode | undefined;
  #notice: string | undefined;
  #firstSave: { operations: number; boundaries: number } | undefined;

  constructor(image: Image, interruption: Interruption | undefined) {
    this.#entries = image;
    this.#interruption = interruption;
    this.frozen = new Promise((resolve) => {
      this.#freeze = resolve;
    });
  }

  get image(): Image {
    return this.#entries;
  }

  get operations(): number {
    return this.#operations;
  }

  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  get isNoticed(): boolean {
    return this.#notice !== undefined;
  }

  get firstSave(): { readonly operations: number; readonly boundaries: number } {
    return this.#firstSave ?? { operations: this.#operations, boundaries: this.boundaries.length };
  }

  /** Nothing that goes on from here reaches the store any more. */
  end(): void {
    this.#isOver = true;
    // As a process that is gone is: the next life is not refused because of this one.
    for (const run of this.#runs) liveRuns().delete(run);
  }

  asStore(): CheckpointStore {
    return {
      description,
      // Every save is waited for: two lives of one training do the same in the same order.
      supports: { durable: false, background: false },
      presence,
      preemption: this.#preemption(),
      list: () => this.#call(() => [...this.#entries.keys()]),
      read: (name, range) =>
        this.#call(() => {
          const bytes = this.#entries.get(name);
          if (!bytes) throw failure("NOT_FOUND", `There is no ${name} in ${description}.`);
          return bytes.slice(range?.start, range?.end);
        }),
      create: (name, chunks) => this.#call(() => this.#create(name, chunks), name),
      remove: (name) => this.#call(() => this.#remove(name)),
    };
  }

  /** One call of the store, unless it is the one at which this life is interrupted. */
  async #call<T>(perform: () => T, created = ""): Promise<T> {
    if (this.#isOver) return never();
    this.#operations += 1;
    const isSave = parseEntryName(created)?.kind === "checkpoint";
    if (isSave && this.#saves > 0) this.#firstSave ??= this.firstSave;
    if (isSave) this.#saves += 1;
    if (!this.#isDue(isSave)) {
      if (this.#failing) throw failure(this.#failing, `${description} fails, as was asked for.`);
      return perform();
    }
    this.#isInterrupted = true;
    const interruption = this.#interruption as StorePoint & Landing & (Kill | Term | StoreError);
    if (interruption.kind === "term") {
      this.#notice = "SIGTERM";
      return perform();
    }
    if (interruption.kind === "error") {
      if (interruption.landed === true) perform();
      const { code = "STORE_FAILED", forever } = interruption;
      if (forever) this.#failing = code;
      throw failure(code, `${description} fails, as was asked for.`);
    }
    if (interruption.landed !== false) perform();
    return this.#kill();
  }

  #isDue(isSave: boolean): boolean {
    const point = this.#interruption;
    if (point === undefined || this.#isInterrupted) return false;
    if ("save" in point) return isSave && point.save === this.#saves;
    return "operation" in point && point.operation === this.#operations;
  }

  #kill(): Promise<never> {
    this.end();
    this.#freeze({ kind: "killed" });
    return never();
  }

  #create(name: string, chunks: readonly Uint8Array[]): void {
    if (this.#entries.has(name)) {
      throw failure("ALREADY_EXISTS", `There is already a ${name} in ${description}.`);
    }
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    const kind = parseEntryName(name)?.kind;
    if (kind === "lease") {
      this.#runs.add(leaseIn(bytes).run);
    }
    this.#change(
      new Map([...this.#entries, [name, bytes]]),
      kind === "checkpoint" ? this.#saves : undefined,
    );
  }

  #remove(name: string): void {
    if (!this.#entries.has(name)) return;
    this.#change(new Map([...this.#entries].filter(([other]) => other !== name)));
  }

  #change(image: Image, save?: number): void {
    this.#entries = image;
    const operation = this.#operations;
    this.changes.push(save === undefined ? { operation, image } : { operation, save, image });
  }

  #preemption(): Preemption {
    return {
      watch: () => () => {},
      poll: (position) => {
        if (this.#saves > 0) this.#firstSave ??= this.firstSave;
        this.boundaries.push(position);
        if (this.#isDueAt(position)) {
          this.#isInterrupted = true;
          this.#notice = "SIGTERM";
          // After a kill the loop goes on to save as well, and never comes back from there.
          if (this.#interruption?.kind !== "term") void this.#kill();
        }
        return this.#notice;
      },
      exit: () => {
        this.#freeze({ kind: "left" });
        return never();
      },
    };
  }

  #isDueAt({ step }: Position): boolean {
    const point = this.#interruption;
    if (point === undefined || this.#isInterrupted) return false;
    if ("boundary" in point) return point.boundary === this.boundaries.length;
    return "step" in point && step >= point.step;
  }
}

// A life ends before the next begins, and nothing outside this process sees the store.
const presence: Presence = {
  describe: async () => ({ since: "1970-01-01T00:00:00.000Z" }),
  probe: async () => "dead",
  name: () => "an earlier life of this training",
  claiming: (claim) => claim(),
};

function never(): Promise<never> {
  return new Promise(() => {});
}

function failure(code: RepriseErrorCode, message: string): RepriseError {
  return new RepriseError(code, message);
}
