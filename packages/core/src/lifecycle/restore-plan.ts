import type { RecoveredCheckpoint } from "../checkpoint/recover.ts";
import { RepriseError, show } from "../errors.ts";
import { compareTrees, type Difference } from "../snapshot/compare.ts";
import { detach } from "../snapshot/detach.ts";
import { capture, type Captured } from "../snapshot/capture.ts";
import { materialize } from "../snapshot/restore.ts";
import type { StateTree } from "../snapshot/state-tree.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { Fingerprint } from "./backup-options.ts";
import type { BackupSession } from "./backup-session.ts";
import { rootOf } from "./root-of.ts";

/**
 * Compares the checkpoint with the program before anything is loaded, and returns the state to load.
 * Rejects with `STATE_MISMATCH` and every difference at once, unless the user lets the difference
 * pass or migrates the state.
 */
export async function planRestore(
  recovered: RecoveredCheckpoint,
  initial: Captured,
  { options }: BackupSession,
): Promise<StateTree> {
  const { born, fingerprint } = recovered.metadata;
  const saved = rootOf(recovered.roots, "state");
  const live = rootOf(initial.roots, "state");
  const found = compareTrees(saved, live, born, "state");
  const facts = fingerprintDifferences(fingerprint, options.fingerprint);
  if (found.length + facts.length === 0) return saved;
  const differences = [...facts, ...found.map(sentence)];

  if (options.onMismatch === "refuse") throw mismatch(recovered, differences);
  if (options.onMismatch === "warn") {
    // A tensor that has nowhere to go is a loss one can accept; one of another shape cannot be loaded.
    const fatal = found.filter(({ kind }) => kind !== "missing" && kind !== "unexpected");
    if (fatal.length > 0) throw mismatch(recovered, fatal.map(sentence));
    const message = `the checkpoint does not fit the program in all; went on: ${differences.join("; ")}`;
    options.report({ type: "differences", differences, message });
    return saved;
  }
  const migrated = options.onMismatch(materialize(saved) as StateDict, differences);
  const { state } = await detach(capture({ state: migrated }));
  const left = state === undefined ? [] : compareTrees(state, live, born, "state");
  if (state === undefined || left.length > 0) throw mismatch(recovered, left.map(sentence));
  return state;
}

function mismatch(recovered: RecoveredCheckpoint, differences: readonly string[]): RepriseError {
  const lines = differences.map((difference) => `\n  - ${difference}`).join("");
  return new RepriseError(
    "STATE_MISMATCH",
    `${recovered.entry.name} does not fit this program; nothing was loaded:${lines}\nBring the program back to ` +
      `what it was, begin anew with another store, or pass { onMismatch: (saved) => migrated }.`,
    { details: { differences, checkpoint: recovered.entry.name } },
  );
}

function sentence({ kind, path, expected, found }: Difference): string {
  switch (kind) {
    case "missing":
      return `${path}: the program has ${found}, the checkpoint does not have it`;
    case "unexpected":
      return `${path}: the checkpoint has ${expected}, the program does not have it`;
    case "shape":
    case "dtype":
    case "kind":
    default:
      return `${path}: ${kind} is ${expected} in the checkpoint and ${found} in the program`;
  }
}

function fingerprintDifferences(saved: Fingerprint | null, current: Fingerprint | null): string[] {
  const before = factsOf(saved);
  const now = factsOf(current);
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((name) => before.get(name) !== now.get(name))
    .map((name) => {
      const [was, is] = [before, now].map((side) =>
        side.has(name) ? show(side.get(name)) : "absent",
      );
      return `fingerprint${name}: it was ${was} in the checkpoint and is ${is} now`;
    });
}

function factsOf(fingerprint: Fingerprint | null): Map<string, string | number | boolean | null> {
  if (fingerprint === null) return new Map();
  if (typeof fingerprint === "string") return new Map([["", fingerprint]]);
  return new Map(Object.entries(fingerprint).map(([name, fact]) => [`.${name}`, fact]));
}
