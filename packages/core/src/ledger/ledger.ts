import { ledgerName } from "../checkpoint/names.ts";
import { type Hold, leftBehind } from "../checkpoint/protocol.ts";
import { encodeText } from "../codec/text.ts";
import { environment } from "../environment.ts";
import type { TrainingEnd } from "../lifecycle/end.ts";
import type { SaveCosts, SavePolicy } from "../policy/save-policy.ts";
import { youngDaly } from "../policy/young-daly.ts";
import { ChosenInterval } from "./chosen-interval.ts";
import { summarize } from "./summary.ts";
import {
  emptyLines,
  type FoldedAttempts,
  type LedgerAttempt,
  type LedgerSave,
  type Mutable,
} from "./line.ts";
import { countAgain, findLedger } from "./read-ledger.ts";

const maxAttempts = 500;
const maxSaves = 100;
const maxReason = 200;
/** Costs are those of so many saves: a change of the program or of the disk shows soon. */
const recentSaves = 5;

/** Ends that lose what was not saved. */
const failures: ReadonlySet<LedgerAttempt["endedBy"]> = new Set([
  "vanished",
  "failed",
  "interrupted",
] as const);

/**
 * The record of all attempts at a run, kept beside its checkpoints by whoever holds the store. It is
 * written at the start, at the end, and ever more seldom in between, each time whole and into a new
 * entry that replaces the one before. Nothing rests on it, so nothing that it does ever fails the run;
 * what it could not do is reported and tried again with the next entry.
 */
export class Ledger {
  /** What `saveFreq: "auto"` is. */
  readonly auto: SavePolicy = youngDaly();
  readonly #hold: Hold;
  readonly #interval: ChosenInterval = new ChosenInterval();
  readonly #began: number = environment.performance.now();
  readonly #attempt: Mutable<LedgerAttempt>;
  /** This one last. */
  #attempts: readonly Mutable<LedgerAttempt>[];
  #saves: readonly LedgerSave[] = [];
  #folded: FoldedAttempts = emptyLines.folded;
  /** All attempts before this one. */
  #past: FoldedAttempts = emptyLines.folded;
  /** The entries that the next one replaces, once what earlier holders have written was read. */
  #replaced: string[] | undefined;
  #sequence = 0;
  #writeAt = 16;

  private constructor(hold: Hold, from: number) {
    this.#hold = hold;
    const began = new Date().toISOString();
    const { fence } = hold.lease;
    this.#attempt = { ...emptyLines.attempt, fence, began, from, reached: from };
    this.#attempts = [this.#attempt];
  }

  /** Opens it for the holder of a store that goes on from the step `from`, and ends what the last holder left open. */
  static async open(hold: Hold, { from }: { readonly from: number }): Promise<Ledger> {
    const ledger = new Ledger(hold, from);
    await ledger.#write();
    return ledger;
  }

  /**
   * Counts a save that was acknowledged. Resolves once that is written, if it is its turn: that of the
   * 16th save, the 48th, the 112th and so on, since no clock may decide it.
   */
  async saved(save: Pick<LedgerSave, "step" | "stall" | "write" | "bytes">): Promise<void> {
    const { step, stall, write, bytes } = save;
    const attempt = this.#attempt;
    const { fence } = attempt;
    attempt.reached = step;
    attempt.saves += 1;
    attempt.stall += stall;
    attempt.write += write;
    attempt.bytes = bytes;
    const line: LedgerSave = { kind: "save", fence, step, at: this.#seconds, stall, write, bytes };
    this.#saves = [...this.#saves, line].slice(-maxSaves);
    if (attempt.saves < this.#writeAt) return;
    this.#writeAt = 2 * this.#writeAt + 16;
    await this.#write();
  }

  /** The costs that `policy` is to know. Reports how often it chooses to save, and why, if that has changed. */
  costsFor(policy: SavePolicy): SaveCosts | undefined {
    const costs = this.costs();
    if (costs) this.#interval.tell(policy, costs, this.#hold.report);
    return costs;
  }

  /** Counts a save that failed. */
  failed(): void {
    this.#attempt.failedSaves += 1;
  }

  /** Counts a save that a newer one replaced. */
  superseded(): void {
    this.#attempt.supersededSaves += 1;
  }

  /** Writes how this attempt ended, at `step`, and reports how its saves went: before the store is handed over. */
  async ended({ kind, reason }: TrainingEnd, step: number): Promise<void> {
    this.#attempt.reached = step;
    this.#attempt.endedBy = kind;
    this.#attempt.reason = reason.slice(0, maxReason);
    await this.#write();
    summarize(this.#attempt, this.#hold.report);
  }

  /** What saves cost and how often the run failed, once a save is known of. Made anew at each call. */
  costs(): SaveCosts | undefined {
    const recent = this.#saves.slice(-recentSaves);
    if (recent.length === 0) return undefined;
    return {
      stall: medianOf(recent, "stall"),
      lag: medianOf(recent, "write"),
      failures: this.#past.failures,
      exposure: this.#past.seconds + this.#seconds,
    };
  }

  get #seconds(): number {
    return (environment.performance.now() - this.#began) / 1000;
  }

  async #write(): Promise<void> {
    const attempt = this.#attempt;
    const { store } = this.#hold;
    attempt.seconds = this.#seconds;
    try {
      this.#replaced ??= await this.#read();
      countAgain(this.#attempts);
      const lines = [this.#folded, ...this.#attempts, ...this.#saves];
      const text = lines.map((line) => `${JSON.stringify(line, rounded)}\n`).join("");
      // A number whose entry could not be created may be taken all the same.
      const name = ledgerName(attempt.fence, ++this.#sequence);
      await store.create(name, [encodeText(text)]);
      this.#replaced.push(name);
      for (; this.#replaced.length > 1; this.#replaced.shift())
        await store.remove(this.#replaced[0] as string);
    } catch (error) {
      leftBehind(this.#hold, "the ledger", error);
    }
  }

  /** Takes over what earlier holders have written. Until that could be read, nothing may replace it. */
  async #read(): Promise<string[]> {
    const attempt = this.#attempt;
    const { newest, store } = this.#hold;
    const { attempts, folded, names, saves } = await findLedger(store, attempt.fence);
    const last = attempts.at(-1);
    if (last) attempt.attempt = last.attempt + 1;
    if (last?.endedBy === null) {
      last.endedBy = "vanished";
      // The checkpoint that this one goes on from may be newer than all else that is known of it.
      if (newest?.fence === last.fence) last.reached = Math.max(last.reached, attempt.from);
    }
    this.#past = attempts.reduce(fold, folded);
    this.#attempts = [...attempts.slice(1 - maxAttempts), attempt];
    this.#folded = attempts.slice(0, 1 - maxAttempts).reduce(fold, folded);
    this.#saves = [...saves, ...this.#saves].slice(-maxSaves);
    return names;
  }
}

/** Keeps the ledger of a run in its store: the `openLedger` of a store that is to have one. */
export const openLedger: typeof Ledger.open = (hold, start) => Ledger.open(hold, start);

/** `folded` and one attempt more. */
function fold(folded: FoldedAttempts, { endedBy, seconds }: LedgerAttempt): FoldedAttempts {
  return {
    kind: "folded",
    attempts: folded.attempts + 1,
    failures: folded.failures + Number(failures.has(endedBy)),
    seconds: folded.seconds + seconds,
  };
}

function medianOf(saves: readonly LedgerSave[], cost: "stall" | "write"): number {
  const sorted = saves.map((save) => save[cost]).toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** To the microsecond. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toFixed(6)) : value;
}
