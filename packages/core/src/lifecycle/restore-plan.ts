import type { RecoveredCheckpoint } from "../checkpoint/recover.ts";
import { RepriseError } from "../errors.ts";
import { type Facts, factDifferences } from "../position/fact-differences.ts";
import { type Born, bornOf } from "../snapshot/born.ts";
import { compareTrees, type Difference } from "../snapshot/compare.ts";
import { detach } from "../snapshot/detach.ts";
import { capture, type Captured } from "../snapshot/capture.ts";
import { withOwners } from "../snapshot/owners.ts";
import { materialize } from "../snapshot/restore.ts";
import type { StateTree } from "../snapshot/state-tree.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { Fingerprint } from "./backup-options.ts";
import type { BackupSession } from "./backup-session.ts";
import { rootOf } from "./root-of.ts";

/** What is to be loaded into the program's state. */
export interface RestorePlan {
  readonly state: StateTree;
  /** Paths of what only the program has, and keeps. */
  readonly keep: ReadonlySet<string>;
  /** What the run counts as born with from here on: as it is now, once the user let a change pass. */
  readonly born: Born;
}

/**
 * Compares the checkpoint with the program before anything is loaded, and returns the state to load.
 * Rejects with `STATE_MISMATCH` and every difference at once, unless the user lets the difference
 * pass or migrates the state.
 */
export async function planRestore(
  recovered: RecoveredCheckpoint,
  initial: Captured,
  { options }: BackupSession,
): Promise<RestorePlan> {
  const { born, fingerprint } = recovered.metadata;
  const saved = rootOf(recovered.roots, "state");
  const live = initial.roots["state"];
  const found = compareTrees(saved, live, born, "state");
  const facts = factDifferences(factsOf(fingerprint), factsOf(options.fingerprint));
  if (found.length + facts.length === 0) return { state: saved, keep: new Set(), born };
  const differences = [...facts.map((fact) => `fingerprint: ${fact}`), ...found.map(sentence)];

  if (options.onMismatch === "refuse") throw mismatch(recovered, differences);
  const bornNow = bornOf(live);
  if (options.onMismatch === "warn") {
    // A tensor that has nowhere to go is a loss one can accept; one of another shape cannot be loaded.
    const fatal = found.filter(({ kind }) => kind !== "missing" && kind !== "unexpected");
    if (fatal.length > 0) throw mismatch(recovered, fatal.map(sentence));
    const message = `went on with differences: ${differences.join("; ")}`;
    options.report({ type: "differences", differences, message });
    const missing = found.filter(({ kind }) => kind === "missing");
    return { state: saved, keep: new Set(missing.map(({ path }) => path)), born: bornNow };
  }
  const migrated = options.onMismatch(materialize(saved) as StateDict, differences);
  const { state: data } = await detach(capture({ state: migrated }));
  const state = withOwners(data, live);
  // The checkpoint's run may have removed what it was born with, the migration may not.
  const left = [changedSince(born, saved, bornNow), born].flatMap((known) =>
    compareTrees(state, live, known, "state").map(sentence),
  );
  if (left.length > 0) throw mismatch(recovered, [...new Set(left)]);
  return { state, keep: new Set(), born: bornNow };
}

/** What the run was born with, without what is there as it was born in the checkpoint and in the program. */
function changedSince(born: Born, saved: StateTree, bornNow: Born): Born {
  const bornSaved = bornOf(saved);
  const entries = Object.entries(born);
  return Object.fromEntries(
    entries.filter(([path, was]) => !(path in bornNow) || bornSaved[path] !== was),
  );
}

function mismatch(recovered: RecoveredCheckpoint, differences: readonly string[]): RepriseError {
  const lines = differences.map((difference) => `\n  - ${difference}`).join("");
  return new RepriseError(
    "STATE_MISMATCH",
    `${recovered.entry.name} does not fit this program; nothing was loaded:${lines}\nUndo the change, use another ` +
      `store, or pass { onMismatch: (saved) => migrated }.`,
    { details: { differences, checkpoint: recovered.entry.name } },
  );
}

function sentence({ kind, path, expected, found }: Difference): string {
  switch (kind) {
    case "missing":
      return `${path}: ${found} in the program, absent in the checkpoint`;
    case "unexpected":
      return `${path}: ${expected} in the checkpoint, absent in the program`;
    case "shape":
    case "dtype":
    case "kind":
    default:
      return `${path}: ${kind} ${expected} in the checkpoint, ${found} in the program`;
  }
}

function factsOf(fingerprint: Fingerprint | null): Facts {
  return typeof fingerprint === "string" ? { fingerprint } : (fingerprint ?? {});
}
