// How two runs share one store without ever losing a checkpoint. The steps stand in the order in
// which they happen; each is here because leaving it out lost an acknowledged save in a model or an
// experiment. Correctness rests on fences alone: numbers that only grow, one per claim.
import { isRepriseError, messageOf, RepriseError } from "../errors.ts";
import type { Report } from "../event.ts";
import type { CheckpointStore } from "../store/store.ts";
import { createLease, type Lease, readLease } from "./lease.ts";
import { type CheckpointEntry, inOrder, listEntries, type Listing, numbersOf } from "./listing.ts";
import { liveRuns } from "./live-runs.ts";
import { checkpointName, leaseName } from "./names.ts";
import { drawNonce } from "./nonce.ts";
import { nameOf, refuseHolder } from "./refuse-holder.ts";

/** A claimed store: what this run may do there, and until when. */
export interface Hold {
  readonly store: CheckpointStore;
  readonly report: Report;
  readonly lease: Lease;
  /** The number of the next checkpoint; never used twice. */
  nextSequence: number;
  /** What this run restored from or saved last: the one that `keepPrevious` keeps. */
  newest: CheckpointEntry | undefined;
  /** Called once it is known that the store is still this run's, and before it is handed over. */
  farewell?: () => Promise<void>;
}

/** 1. Becomes the one who may commit. Refused while somebody else is, or may be, alive. */
export async function claim(
  store: CheckpointStore,
  options: { readonly takeOver: boolean; readonly report: Report },
): Promise<Hold> {
  const { presence } = store;
  const run = drawNonce();
  let { takeOver } = options;
  const claiming = async (): Promise<Hold> => {
    for (;;) {
      // Look who holds it. A lease that vanishes while it is read was replaced by a higher one.
      const { lease: leases, checkpoint: checkpoints } = await listEntries(store);
      const previous = await newestLease(store, leases, { ...options, takeOver });
      if (previous === "vanished") continue;
      // Our own lease is one whose creation failed and yet happened: the next number is ours as well.
      if (previous !== undefined && previous.run !== run)
        await refuseHolder(store, previous, { ...options, takeOver });
      // Whoever comes in between is a new one: two that take over would go on for ever.
      takeOver = false;

      // Above the checkpoints as well: a lease that somebody removed must not make the next saves
      // look older than the last ones.
      const fence = Math.max(leases.at(-1)?.fence ?? 0, checkpoints.at(-1)?.fence ?? 0) + 1;
      const lease: Lease = {
        reprise: 1,
        fence,
        state: "held",
        run,
        holder: (await presence?.describe()) ?? null,
        tombstone: previous?.tombstone ?? 0,
        finished: previous?.finished ?? null,
      };
      try {
        await createLease(store, lease);
      } catch (error) {
        // Somebody else was faster: look again who it is. One who came and went may even have swept
        // away what was being written here.
        if (isRepriseError(error, "ALREADY_EXISTS") || (await newestIfKnown(store)) > fence)
          continue;
        throw error;
      }
      // The number was free because a run that had it has come and gone: then ours is too low.
      if ((await newestFence(store)) > fence) continue;
      return { store, report: options.report, lease, nextSequence: 1, newest: undefined };
    }
  };
  // From before its lease can be seen, so that another start in this thread never takes it for dead.
  liveRuns().add(run);
  try {
    const hold = await (presence ? presence.claiming(claiming) : claiming());
    await sweepLowerFences(hold);
    return hold;
  } catch (error) {
    liveRuns().delete(run);
    throw error;
  }
}

/** 2. The checkpoints that may be recovered, newest first. Only meaningful after the claim. */
export async function listRecoverable(hold: Hold): Promise<readonly CheckpointEntry[]> {
  const { checkpoint: checkpoints } = await listEntries(hold.store);
  return checkpoints.filter(({ fence }) => fence > hold.lease.tombstone).toReversed();
}

/** Makes a checkpoint and creates its entry in the store. */
export type CreateCheckpoint = (entry: CheckpointEntry) => Promise<void>;

/** 3. Makes a checkpoint the one that counts, says so, and removes those that no longer do. */
export async function commit(
  hold: Hold,
  create: CreateCheckpoint,
  options: {
    readonly keepPrevious: boolean;
    readonly onAcknowledged?: (entry: CheckpointEntry) => void;
  },
): Promise<CheckpointEntry> {
  await requireHeld(hold);
  const entry = await createNext(hold, create);
  // Whoever claimed in between recovered without this checkpoint: then it must not count as saved.
  const listing = await requireHeld(hold);
  const previous = options.keepPrevious ? hold.newest : undefined;
  hold.newest = entry;
  options.onAcknowledged?.(entry);
  await removeAll(
    hold,
    listing.checkpoint.filter(
      (other) => inOrder(other, entry) < 0 && other.name !== previous?.name,
    ),
  );
  return entry;
}

/** 4. Ends the run for good: the last act, after which its checkpoints count no more unless kept. */
export async function complete(hold: Hold, options: { readonly keep: boolean }): Promise<void> {
  const fence = hold.lease.fence + 1;
  const listing = await handOver(hold, {
    ...hold.lease,
    fence,
    state: "completed",
    tombstone: options.keep ? hold.lease.tombstone : fence,
    finished: options.keep ? numbersOf(hold.newest) : null,
  });
  if (options.keep || listing === undefined) return;
  await removeAll(
    hold,
    [...listing.checkpoint, ...listing.ledger].filter((entry) => entry.fence < fence),
  );
}

/** 4'. Lets go of a run that is to be resumed, by this process or another. */
export async function release(hold: Hold): Promise<void> {
  await handOver(hold, { ...hold.lease, fence: hold.lease.fence + 1, state: "released" });
}

/** Rejects with `SUPERSEDED` when a newer run has claimed the store. */
export async function requireHeld(hold: Hold): Promise<Listing> {
  const listing = await listEntries(hold.store);
  const newest = listing.lease.at(-1)?.fence ?? 0;
  if (newest > hold.lease.fence) throw await superseded(hold, newest);
  if (newest < hold.lease.fence) {
    // Somebody emptied the store under a running training. Its state is now the only copy: claim
    // the same fence again rather than refuse to save it.
    await createLease(hold.store, hold.lease);
  } else if (!(await isOurs(hold))) {
    throw await superseded(hold, newest);
  }
  return listing;
}

/** In a store that was emptied and claimed by somebody else, their numbers begin anew, up to ours. */
async function isOurs({ store, lease }: Hold): Promise<boolean> {
  try {
    return (await readLease(store, lease.fence)).run === lease.run;
  } catch (error) {
    // Damaged, it says of nobody else that they hold the store. Gone, it is missed by the next check.
    if (isRepriseError(error, "CHECKPOINT_CORRUPT") || isRepriseError(error, "NOT_FOUND"))
      return true;
    throw error;
  }
}

async function createNext(hold: Hold, create: CreateCheckpoint): Promise<CheckpointEntry> {
  const { fence } = hold.lease;
  for (;;) {
    const sequence = hold.nextSequence++;
    const entry = { name: checkpointName(fence, sequence), fence, sequence };
    try {
      await create(entry);
      return entry;
    } catch (error) {
      // Our fence is ours alone, so an earlier attempt whose failure was not one left this behind.
      if (isRepriseError(error, "ALREADY_EXISTS")) continue;
      // A successor sweeps away what is being written here.
      const newest = await newestIfKnown(hold.store);
      throw newest > fence ? await superseded(hold, newest) : error;
    }
  }
}

/** Resolves to what is in the store afterwards, as far as that could be found out. */
async function handOver(hold: Hold, lease: Lease): Promise<Listing | undefined> {
  try {
    return await passOn(hold, lease);
  } finally {
    // Not before: another start in this thread would take over from a run that is about to end.
    liveRuns().delete(hold.lease.run);
  }
}

async function passOn(hold: Hold, lease: Lease): Promise<Listing | undefined> {
  // The number after ours may be free again when a successor has come and gone.
  await requireHeld(hold);
  await hold.farewell?.();
  try {
    await createLease(hold.store, lease);
  } catch (error) {
    const found = await readLease(hold.store, lease.fence).catch(() => undefined);
    if (found?.run !== lease.run) {
      const isTaken = isRepriseError(error, "ALREADY_EXISTS");
      const newest = Math.max(await newestIfKnown(hold.store), isTaken ? lease.fence : 0);
      throw isTaken || newest > lease.fence ? await superseded(hold, newest) : error;
    }
    // It is there, though it may not outlast a loss of power: then nothing is removed for it either.
    leftBehind(hold, "the lease", error);
    return undefined;
  }
  // What has been handed over cannot be taken back: from here on, a failing store only leaves litter,
  // and whoever has claimed it since sees to that.
  const listing = await listToTidy(hold);
  if (listing === undefined || listing.lease.at(-1)?.fence !== lease.fence) return undefined;
  // A start that died while it claimed has left a temporary lease of the very fence that was ours.
  const leftovers = listing.temporary.filter((entry) => entry.fence < lease.fence);
  await removeAll(hold, [{ name: leaseName(hold.lease.fence) }, ...leftovers]);
  return listing;
}

/** As far as a store that has just failed can tell. */
async function newestIfKnown(store: CheckpointStore): Promise<number> {
  return newestFence(store).catch(() => 0);
}

async function newestFence(store: CheckpointStore): Promise<number> {
  return (await listEntries(store)).lease.at(-1)?.fence ?? 0;
}

async function newestLease(
  store: CheckpointStore,
  leases: Listing["lease"],
  { takeOver, report }: { readonly takeOver: boolean; readonly report: Report },
): Promise<Lease | "vanished" | undefined> {
  const newest = leases.at(-1);
  if (newest === undefined) return undefined;
  try {
    return await readLease(store, newest.fence);
  } catch (error) {
    if (isRepriseError(error, "NOT_FOUND")) return "vanished";
    if (!takeOver || !isRepriseError(error, "CHECKPOINT_CORRUPT")) throw error;
    report({
      type: "tookOver",
      holder: newest.name,
      message: `took over from ${newest.name}, which is unreadable`,
    });
    return newestLease(store, leases.slice(0, -1), { takeOver, report });
  }
}

async function sweepLowerFences(hold: Hold): Promise<void> {
  const { lease = [], temporary = [] } = (await listToTidy(hold)) ?? {};
  const old = [...lease, ...temporary].filter(({ fence }) => fence < hold.lease.fence);
  await removeAll(hold, old);
}

async function listToTidy(hold: Hold): Promise<Listing | undefined> {
  try {
    return await listEntries(hold.store);
  } catch (error) {
    leftBehind(hold, hold.store.description, error);
    return undefined;
  }
}

/** Removing is tidiness, never correctness: what stays behind is reported and tried again later. */
async function removeAll(hold: Hold, entries: readonly { readonly name: string }[]): Promise<void> {
  for (const { name } of entries) {
    try {
      await hold.store.remove(name);
    } catch (error) {
      leftBehind(hold, name, error);
    }
  }
}

/** Reports what could not be tidied. */
export function leftBehind({ report }: Hold, name: string, error: unknown): void {
  report({
    type: "leftBehind",
    name,
    error,
    message: `could not tidy up ${name}: ${messageOf(error)}`,
  });
}

async function superseded(hold: Hold, fence: number): Promise<RepriseError> {
  const { store } = hold;
  const successor = await readLease(store, fence).catch(() => undefined);
  const who = nameOf(successor?.holder, store);
  return new RepriseError(
    "SUPERSEDED",
    `This run no longer holds ${store.description}: ${who} took over. Do not restart this one.`,
    { details: { fence: hold.lease.fence, successor: fence, holder: successor?.holder ?? null } },
  );
}
