import { listEntries } from "../checkpoint/listing.ts";
import { beatName } from "../checkpoint/names.ts";
import { environment } from "../environment.ts";
import { isRepriseError } from "../errors.ts";
import type { CheckpointStore } from "../store/store.ts";
import {
  emptyLines,
  type FoldedAttempts,
  isLike,
  type LedgerAttempt,
  type LedgerLines,
  type LedgerSave,
  type Mutable,
} from "./line.ts";

/** What is known of all attempts at a run. */
export interface LedgerContents {
  /** Oldest first. */
  readonly attempts: readonly LedgerAttempt[];
  /** The newest saves, oldest first. An attempt counts all of its own. */
  readonly saves: readonly LedgerSave[];
  /** The attempts before those. */
  readonly folded: FoldedAttempts;
}

/** What a beat says of its holder, if it says anything. */
const emptyBeat = { step: 0, seconds: 0, saves: 0 };

/** Whatever comes after so much was not written by Reprise. */
const range = { start: 0, end: 2 ** 24 };

/**
 * Reads the record of all attempts that a store holds. Changes nothing, and may be called while a run
 * trains with the store. Lines that are damaged are left out. Rejects if the store cannot be read.
 */
export async function readLedger(store: CheckpointStore): Promise<LedgerContents> {
  for (let looks = 1; ; looks++) {
    try {
      const { attempts, saves, folded } = await findLedger(store);
      countAgain(attempts);
      return { attempts, saves, folded };
    } catch (error) {
      // It was replaced since it was listed, by one that was not there then.
      if (looks === 3 || !isRepriseError(error, "NOT_FOUND")) throw error;
    }
  }
}

/** What the newest ledger says, and the entries that hold it and what is older. */
interface FoundLedger extends LedgerContents {
  readonly attempts: Mutable<LedgerAttempt>[];
  readonly saves: LedgerSave[];
  readonly names: string[];
}

/** Looks for the ledger of whoever held the store last with a fence below `below`. */
export async function findLedger(
  store: CheckpointStore,
  below: number = Infinity,
): Promise<FoundLedger> {
  const { beat, ledger } = await listEntries(store);
  const [segments = [], beats = []] = [ledger, beat].map((entries) =>
    entries.filter(({ fence }) => fence < below),
  );
  const names = [...segments, ...beats].map(({ name }) => name);
  // Each says what those before it said.
  for (const { name } of segments.toReversed()) {
    const found = linesIn(decode(await store.read(name, range)));
    const last = found.attempts.at(-1);
    if (last?.endedBy === null) await followBeat(store, last);
    if (last) return { ...found, names };
  }
  return { ...linesIn(""), names };
}

/** What can be understood of `text`. */
function linesIn(text: string): Omit<FoundLedger, "names"> {
  const lines: { readonly [Kind in keyof LedgerLines]: Mutable<LedgerLines[Kind]>[] } = {
    attempt: [],
    save: [],
    folded: [],
  };
  for (const line of text.split("\n")) {
    try {
      const value = JSON.parse(line) as LedgerLines[keyof LedgerLines];
      if (isLike(emptyLines[value.kind], value)) (lines[value.kind] as unknown[]).push(value);
    } catch {
      // It is half a line, or none of a ledger.
    }
  }
  const { attempt: attempts, save: saves, folded } = lines;
  return { attempts, saves, folded: folded.at(-1) ?? emptyLines.folded };
}

/** Takes from the beat of whoever makes `attempt` what came after the last line about it. */
async function followBeat(store: CheckpointStore, attempt: Mutable<LedgerAttempt>): Promise<void> {
  try {
    const text = decode(await store.read(beatName(attempt.fence), range));
    const beat = { ...emptyBeat, ...(JSON.parse(text) as typeof emptyBeat) };
    if (!isLike(emptyBeat, beat)) return;
    attempt.reached = Math.max(attempt.reached, beat.step);
    attempt.seconds = Math.max(attempt.seconds, beat.seconds);
    attempt.saves = Math.max(attempt.saves, beat.saves);
  } catch {
    // Not every holder has one, and one that is being written may be torn.
  }
}

function decode(bytes: Uint8Array): string {
  const decoder = new environment.TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  return decoder.decode(bytes);
}

/** Counts the steps that an earlier attempt had done already. */
export function countAgain(attempts: readonly Mutable<LedgerAttempt>[]): void {
  let furthest = 0;
  for (const attempt of attempts) {
    const { endedBy, from, reached } = attempt;
    // Those that were counted when more was known of earlier attempts stay.
    attempt.again = Math.max(attempt.again, Math.min(reached, furthest) - from);
    // What comes after a training that is complete is another one, or goes on from its end.
    furthest = endedBy === "completed" ? 0 : Math.max(furthest, reached);
  }
}
