import { type Guard, having, isCount, isText, orNull } from "../codec/guards.ts";
import { environment } from "../environment.ts";
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
  /** That of the newest of them. */
  readonly fence: number;
  readonly attempts: number;
  /** How many of them were undone. */
  readonly failures: number;
  /** How long all of them lived. */
  readonly seconds: number;
}

/** What the beat of a holder says. */
export interface BeatLine {
  readonly kind: "beat";
  readonly fence: number;
  readonly step: number;
  readonly seconds: number;
  readonly saves?: number;
}

export type LedgerLine = LedgerAttempt | LedgerSave | FoldedAttempts | BeatLine;

const isAmount: Guard = (value) => Number.isFinite(value) && (value as number) >= 0;
const costs = { fence: isCount, stall: isAmount, write: isAmount, bytes: isCount };

const guards: Readonly<Record<string, Guard>> = {
  attempt: having({
    ...costs,
    began: isText,
    from: isCount,
    reached: isCount,
    endedBy: orNull(isText),
    reason: orNull(isText),
    seconds: isAmount,
    again: isCount,
    saves: isCount,
    failedSaves: isCount,
    supersededSaves: isCount,
  }),
  save: having({ ...costs, step: isCount, at: isAmount }),
  folded: having({ fence: isCount, attempts: isCount, failures: isCount, seconds: isAmount }),
  beat: having({
    fence: isCount,
    step: isCount,
    seconds: isAmount,
    saves: (count) => count === undefined || isCount(count),
  }),
};

/** As JSON, to the microsecond. */
export function textOf(line: LedgerLine): string {
  const round = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Number(value.toFixed(6)) : value;
  return `${JSON.stringify(line, round)}\n`;
}

/** The lines in `bytes` that can be understood. Each of them has the members of `known`, too. */
export function linesIn(bytes: Uint8Array, known: object): readonly LedgerLine[] {
  const decoder = new environment.TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  return decoder
    .decode(bytes)
    .split("\n")
    .flatMap((text) => {
      try {
        const line = { ...JSON.parse(text), ...known } as LedgerLine;
        return guards[line.kind]?.(line) ? [line] : [];
      } catch {
        return [];
      }
    });
}
