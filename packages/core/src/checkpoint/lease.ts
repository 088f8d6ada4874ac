import { having, isCount, isText, orNull } from "../codec/guards.ts";
import { decodeText, encodeText } from "../codec/text.ts";
import { RepriseError } from "../errors.ts";
import type { Holder } from "../store/presence.ts";
import type { CheckpointStore } from "../store/store.ts";
import { leaseName } from "./names.ts";

/**
 * Who holds a store. Leases are created, never changed; the one with the highest fence counts, and
 * it is never removed, so that fences only grow.
 */
export interface Lease {
  /** Version of this format. */
  readonly reprise: 1;
  readonly fence: number;
  /** `held`: somebody trains. `released`: kept for the next one. `completed`: training is done. */
  readonly state: "held" | "released" | "completed";
  /** Tells this run from every other one. */
  readonly run: string;
  /** Facts about the holder's process, as its store's presence gave them. */
  readonly holder: Holder | null;
  /** Checkpoints up to this fence belong to finished runs and are not recovered. */
  readonly tombstone: number;
  /** The checkpoint of a finished run that was kept, if `onCompleted` resolved for it. */
  readonly finished: { readonly fence: number; readonly sequence: number } | null;
}

const entry = { fence: isCount, sequence: isCount };
const isLease = having({
  reprise: (version) => version === 1,
  fence: isCount,
  state: (state) => ["held", "released", "completed"].includes(state as string),
  run: isText,
  holder: orNull(having({ since: isText })),
  tombstone: isCount,
  finished: orNull(having(entry)),
});

export async function createLease(store: CheckpointStore, lease: Lease): Promise<void> {
  await store.create(leaseName(lease.fence), [encodeText(textOf(lease))]);
}

/** The same line twice, so that every flipped, missing or surplus byte shows. */
function textOf(lease: unknown): string {
  const line = `${JSON.stringify(lease)}\n`;
  return line + line;
}

/** Reads the lease `fence`. Rejects with `NOT_FOUND` or, if it cannot be understood, `CHECKPOINT_CORRUPT`. */
export async function readLease(store: CheckpointStore, fence: number): Promise<Lease> {
  const name = leaseName(fence);
  // A lease has a few hundred bytes; whatever is larger is not read into memory.
  const bytes = await store.read(name, { start: 0, end: 65_536 });
  try {
    const text = decodeText(bytes);
    const lease: unknown = JSON.parse(text.split("\n", 1)[0] ?? "");
    if (!isLease(lease) || (lease as Lease).fence !== fence || textOf(lease) !== text)
      throw new SyntaxError("it is no lease of this fence");
    return lease as Lease;
  } catch (cause) {
    throw new RepriseError(
      "CHECKPOINT_CORRUPT",
      `${name} in ${store.description} is not a readable lease. If its holder is gone, ` +
        `start once with { takeOver: true }.`,
      { cause, details: { name } },
    );
  }
}
