import { RepriseError, type RepriseErrorCode } from "../errors.ts";
import type { Report } from "../event.ts";
import type { CheckpointStore } from "../store/store.ts";
import type { Lease } from "./lease.ts";
import { liveRuns } from "./live-runs.ts";

/** How messages name who holds, or held, a store. */
export function nameOf(holder: Lease["holder"] | undefined, { presence }: CheckpointStore): string {
  return holder && presence ? presence.name(holder) : "another run";
}

/**
 * Lets a claim go on only if nobody holds the store any more. This is politeness: a living holder
 * that was taken over by mistake can still lose nothing of its successor's.
 */
export async function refuseHolder(
  store: CheckpointStore,
  lease: Lease,
  { takeOver, report }: { readonly takeOver: boolean; readonly report: Report },
): Promise<void> {
  const { fence, holder, run, state } = lease;
  if (state !== "held") return;
  const { presence, description } = store;
  const name = nameOf(holder, store);
  const refuse = (code: RepriseErrorCode, message: string): never => {
    throw new RepriseError(code, message, { details: { holder } });
  };
  if (liveRuns().has(run)) {
    refuse(
      "RUN_ACTIVE",
      `${description} is in use by a run of this process: leave its loop, or await training.end().`,
    );
  }
  const liveness = holder && presence ? await presence.probe(holder) : "unknown";
  if (liveness === "dead") return;
  const isUnheard = liveness === "unknown" && !takeOver;
  const beat = isUnheard && (await presence?.watchBeat?.(fence, report));
  if (liveness === "alive" || beat === "moving") {
    refuse(
      "RUN_ACTIVE",
      `Already running: ${name} trains with ${description}. Wait for it, or stop it.`,
    );
  }
  if (isUnheard && beat !== "silent") {
    refuse(
      "HOLDER_UNKNOWN",
      `${description} is held by ${name}; whether it lives cannot be told from here. If it is gone, ` +
        `start once with { takeOver: true }.`,
    );
  }
  report({ type: "tookOver", holder: name, message: `took over ${description} from ${name}` });
}
