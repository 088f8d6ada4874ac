import { decodeCheckpoint, type DecodedCheckpoint } from "../codec/decode.ts";
import { isRepriseError, RepriseError } from "../errors.ts";
import type { CheckpointEntry } from "./listing.ts";
import { type Hold, listRecoverable } from "./protocol.ts";

/** A checkpoint that was read and verified whole, and the entry it came from. */
export interface RecoveredCheckpoint extends DecodedCheckpoint {
  readonly entry: CheckpointEntry;
}

/**
 * Reads the newest checkpoint of the run, or resolves to `undefined` when there is none. Removes
 * nothing: what is older goes only after the next acknowledged save.
 */
export async function recover(
  hold: Hold,
  options: { readonly fallback: boolean; readonly mustResume: boolean },
): Promise<RecoveredCheckpoint | undefined> {
  for (;;) {
    const candidates = await listRecoverable(hold);
    if (candidates.length === 0) {
      if (!options.mustResume) return undefined;
      throw new RepriseError(
        "CHECKPOINT_MISSING",
        `Expected a checkpoint in ${hold.store.description}, found none. Check the path, or start without mustResume.`,
      );
    }
    const recovered = await readFirst(hold, candidates, options.fallback);
    // An entry that vanished between listing and reading is a reason to look again, never to
    // begin anew.
    if (recovered === "vanished") continue;
    hold.newest = recovered.entry;
    return recovered;
  }
}

async function readFirst(
  hold: Hold,
  candidates: readonly CheckpointEntry[],
  fallback: boolean,
): Promise<RecoveredCheckpoint | "vanished"> {
  const unreadable: RepriseError[] = [];
  for (const entry of candidates) {
    try {
      const recovered = await readCheckpoint(hold, entry);
      const [error] = unreadable;
      if (error) {
        const from = candidates[0]?.name ?? "";
        const to = entry.name;
        const { step } = recovered.metadata.position;
        const message = `went back from ${from} to ${to}, step ${step}. ${error.message}`;
        hold.report({ type: "fellBack", from, to, error, message });
      }
      return recovered;
    } catch (error) {
      if (isRepriseError(error, "NOT_FOUND")) return "vanished";
      if (!isUnreadable(error)) throw error;
      unreadable.push(error);
      if (!fallback) break;
    }
  }
  const advice =
    candidates.length > unreadable.length
      ? "To go back to an older one, start with { fallback: true }."
      : "Restore it, or move it away to begin anew.";
  const [newest] = unreadable as [RepriseError];
  throw new RepriseError(newest.code, `${newest.message} ${advice}`, {
    cause: newest,
    details: { unreadable: unreadable.map(({ message }) => message) },
  });
}

async function readCheckpoint(hold: Hold, entry: CheckpointEntry): Promise<RecoveredCheckpoint> {
  const { store } = hold;
  const decoded = await decodeCheckpoint({
    name: entry.name,
    where: store.description,
    read: (range) => store.read(entry.name, range),
  });
  const { fence, sequence } = decoded.metadata.lineage;
  if (fence !== entry.fence || sequence !== entry.sequence) {
    throw new RepriseError(
      "CHECKPOINT_CORRUPT",
      `${entry.name} in ${store.description} is checkpoint ${fence}-${sequence}, renamed or copied.`,
    );
  }
  return { ...decoded, entry };
}

/** Wrong bytes are a reason to go back if the user allowed it; a failing disk or newer format is not. */
function isUnreadable(error: unknown): error is RepriseError {
  return isRepriseError(error, "CHECKPOINT_CORRUPT") || isRepriseError(error, "CHECKPOINT_FOREIGN");
}
