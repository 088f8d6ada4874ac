import { parseEntryName } from "../checkpoint/names.ts";
import { isRepriseError } from "../errors.ts";
import type { CheckpointStore } from "../store/store.ts";
import {
  type FoldedAttempts,
  type LedgerAttempt,
  type LedgerLine,
  type LedgerSave,
  linesIn,
} from "./line.ts";

/** What is known of all attempts at a run, oldest first. */
export interface LedgerContents {
  readonly attempts: readonly LedgerAttempt[];
  /** The newest saves; an attempt counts all of its own. */
  readonly saves: readonly LedgerSave[];
  /** The attempts before those. */
  readonly folded: FoldedAttempts;
}

/** The lines that were found in a store, of each the newest, and the entries that they were read from. */
interface Found {
  readonly lines: readonly LedgerLine[];
  readonly names: readonly string[];
}

/** Whatever is larger was not written by Reprise. */
const maxSegmentBytes = 2 ** 24;

/** An attempt that is listed but gone was compacted meanwhile; this often, it is looked for again. */
const looks = 3;

/**
 * Reads the record of all attempts that a store holds. Changes nothing, and may be called while a run
 * trains with the store. What is damaged is left out; rejects if the store cannot be listed.
 */
export async function readLedger(store: CheckpointStore): Promise<LedgerContents> {
  return contentsOf((await findLines(store)).lines);
}

/** Reads what attempts with a fence below `fence` have left. */
export async function findLines(
  store: CheckpointStore,
  fence: number = Infinity,
  looksLeft: number = looks,
): Promise<Found> {
  const entries = (await store.list())
    .flatMap((name) => {
      const entry = parseEntryName(name);
      return entry?.kind === "ledger" || entry?.kind === "beat"
        ? [{ sequence: 0, ...entry, name }]
        : [];
    })
    .filter((entry) => entry.fence < fence)
    .sort((a, b) => a.fence - b.fence || a.sequence - b.sequence);
  const lines = new Map<string, LedgerLine>();
  const names: string[] = [];
  for (const { kind, name, ...entry } of entries) {
    try {
      const bytes = await store.read(name, { start: 0, end: maxSegmentBytes + 1 });
      if (bytes.length > maxSegmentBytes) continue;
      const known = kind === "beat" ? { kind, fence: entry.fence } : {};
      for (const line of linesIn(bytes, known)) {
        lines.set([line.kind, line.fence, (line as Partial<LedgerSave>).at].join(), line);
      }
      names.push(name);
    } catch (error) {
      if (looksLeft > 1 && isRepriseError(error, "NOT_FOUND"))
        return findLines(store, fence, looksLeft - 1);
    }
  }
  return { lines: [...lines.values()], names };
}

/** Puts lines together, and ends the attempts that another came after. */
export function contentsOf(lines: readonly LedgerLine[]): LedgerContents {
  const of = <Kind extends LedgerLine["kind"]>(wanted: Kind): LineOf<Kind>[] =>
    lines.filter(({ kind }) => kind === wanted) as LineOf<Kind>[];
  const folded = of("folded").at(-1) ?? none;
  const attempts: Mutable<LedgerAttempt>[] = of("attempt");
  const kept = attempts
    .filter(({ fence }) => fence > folded.fence)
    .sort((a, b) => a.fence - b.fence);
  let furthest = 0;
  for (const [index, attempt] of kept.entries()) {
    attempt.attempt = folded.attempts + index + 1;
    if (attempt.endedBy === null) {
      const next = kept[index + 1];
      if (next) attempt.endedBy = "vanished";
      // What it has done since its last line, only its beat and whoever came next can tell.
      const beat = of("beat").find(({ fence }) => fence === attempt.fence);
      attempt.reached = Math.max(attempt.reached, beat?.step ?? 0, next?.from ?? 0);
      attempt.seconds = Math.max(attempt.seconds, beat?.seconds ?? 0);
      attempt.saves = Math.max(attempt.saves, beat?.saves ?? 0);
      attempt.again = stepsAgain(attempt, furthest);
    }
    furthest = furthestAfter(attempt, furthest);
  }
  return { attempts: kept, saves: of("save"), folded };
}
