import { RepriseError } from "../errors.ts";
import type { Report } from "../lifecycle/event.ts";
import type { Holder } from "../store/presence.ts";
import type { CheckpointStore } from "../store/store.ts";
import type { Lease } from "./lease.ts";
import { liveRuns } from "./live-runs.ts";

/**
 * Lets a claim go on only if nobody holds the store any more. This is politeness: a living holder
 * that was taken over by mistake can still lose nothing of its successor's.
 */
export async function refuseHolder(
  store: CheckpointStore,
  lease: Lease,
  { takeOver, report }: { readonly takeOver: boolean; readonly report: Report },
): Promise<void> {
  if (lease.state !== "held") return;
  const name = describeHolder(store, lease.holder);
  if (liveRuns().has(lease.run)) {
    throw new RepriseError(
      "RUN_ACTIVE",
      `${store.description} is in use by a run of this process. End it first: leave its loop, or await ` +
        `training.end() or training.fail(error).`,
      { details: { holder: lease.holder } },
    );
  }
  const liveness =
    lease.holder && store.presence ? await store.presence.probe(lease.holder) : "unknown";
  if (liveness === "dead") return;
  if (liveness === "alive") {
    throw new RepriseError(
      "RUN_ACTIVE",
      `Already running: ${name} trains with ${store.description}. Wait for it, or stop it.`,
      { details: { holder: lease.holder } },
    );
  }
  if (!takeOver) {
    throw new RepriseError(
      "HOLDER_UNKNOWN",
      `${store.description} is held by ${name}. Nobody here can tell whether that one lives (another host ` +
        `or container, or no /proc). If it is gone, start once with { takeOver: true }.`,
      { details: { holder: lease.holder } },
    );
  }
  report({
    type: "tookOver",
    holder: name,
    message: `took over ${store.description} from ${name}`,
  });
}

function describeHolder(store: CheckpointStore, holder: Holder | null): string {
  return holder && store.presence ? store.presence.name(holder) : "an unknown process";
}
