import { isText } from "../codec/guards.ts";
import type { TrainingEnd } from "../lifecycle/end.ts";

/** One life of a process on the store. Times in seconds. */
export interface LedgerAttempt {
  readonly kind: "attempt";
  /** From 1. */
  readonly attempt: number;
  readonly fence: number;
  /** When it claimed the store, as an ISO 8601 date. */
  readonly began: string;
  /** The step that it went on from. */
  readonly from: number;
  /** The last step that is known of it. */
  readonly reached: number;
  /** `vanished`: it ended without a word, as by a kill. `null`: it may be running. */
  readonly endedBy: TrainingEnd["kind"] | "vanished" | null;
  /** Why, for people. */
  readonly reason: string | null;
  /** How long it lived, as far as that is known. */
  readonly seconds: number;
  /** Of its steps, those that an earlier attempt had done already. */
  readonly again: number;
  /** Saves that were acknowledged. */
  readonly saves: number;
  readonly failedSaves: number;
  /** Saves that a newer one replaced before they were written. */
  readonly supersededSaves: number;
  /** How long its loop has stood still for all of its saves. */
  readonly stall: number;
  /** From the copy to the acknowledgement, for all of its saves. */
  readonly write: number;
  /** Of the last save. */
  readonly bytes: number;
}

/** One acknowledged save. Times in seconds. */
export interface LedgerSave {
  readonly kind: "save";
  /** That of its attempt. */
  readonly fence: number;
  readonly step: number;
  /** Since the attempt began. */
  readonly at: number;
  /** How long the loop stood still for it. */
  readonly stall: number;
  /** From the copy to the acknowledgement. */
  readonly write: number;
  readonly bytes: number;
}

/** What is left of the oldest attempts of a long ledger. */
export interface FoldedAttempts {
  readonly kind: "folded";
  readonly attempts: number;
  /** How many of them lost what they had not saved. */
  readonly failures: number;
  /** How long all of them lived. */
  readonly seconds: number;
}

export interface LedgerLines {
  readonly attempt: LedgerAttempt;
  readonly save: LedgerSave;
  readonly folded: FoldedAttempts;
}

export type Mutable<Line> = { -readonly [Key in keyof Line]: Line[Key] };

/** A line of each kind before there is anything to say. */
export const emptyLines: LedgerLines = {
  attempt: {
    kind: "attempt",
    attempt: 1,
    fence: 0,
    began: "",
    from: 0,
    reached: 0,
    endedBy: null,
    reason: null,
    seconds: 0,
    again: 0,
    saves: 0,
    failedSaves: 0,
    supersededSaves: 0,
    stall: 0,
    write: 0,
    bytes: 0,
  },
  save: { kind: "save", fence: 0, step: 0, at: 0, stall: 0, write: 0, bytes: 0 },
  folded: { kind: "folded", attempts: 0, failures: 0, seconds: 0 },
};

/** Whether `value`, which JSON gave, has the members of `model`: texts, amounts, and texts or `null`. */
export function isLike(model: object, value: object): boolean {
  return Object.entries(model).every(([key, example]) => {
    const found = (value as Readonly<Record<string, unknown>>)[key];
    return typeof example === "number" ? isAmount(found) : isText(found) || found === example;
  });
}

/** A policy that was told of a negative or an infinite cost, which JSON can give, would never save. */
function isAmount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}
