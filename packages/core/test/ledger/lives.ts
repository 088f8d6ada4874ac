import { checkpointName } from "../../src/checkpoint/names.ts";
import { type Hold, release } from "../../src/checkpoint/protocol.ts";
import type { TrainingEvent } from "../../src/event.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import type { TrainingEnd } from "../../src/lifecycle/end.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { claimElsewhere } from "../checkpoint/a-run.ts";

/** A life of a process on a store, as far as its ledger knows of it. It is killed by being left alone. */
export interface LedgerLife {
  readonly hold: Hold;
  readonly ledger: Ledger;
  readonly events: readonly TrainingEvent[];
}

/** What every save costs that is not said to cost something else. */
export const cost = { stall: 0.25, write: 2, bytes: 1000 };

/**
 * Claims the store as a new process would, and goes on from the step `from`, in a checkpoint of the fence
 * `of`, if one is given.
 */
export async function beginLife(
  store: CheckpointStore,
  from: number,
  of?: number,
): Promise<LedgerLife> {
  const events: TrainingEvent[] = [];
  const hold = await claimElsewhere(store, { events });
  if (of !== undefined) hold.newest = { name: checkpointName(of, 1), fence: of, sequence: 1 };
  return { hold, events, ledger: await Ledger.open(hold, { from }) };
}

/** Begins a life that saves at each of `steps`. */
export async function liveAndSave(
  store: CheckpointStore,
  from: number,
  steps: readonly number[],
): Promise<LedgerLife> {
  const life = await beginLife(store, from);
  for (const step of steps) await life.ledger.saved({ ...cost, step });
  return life;
}

export async function endLife(
  { hold, ledger }: LedgerLife,
  kind: TrainingEnd["kind"],
  step: number,
): Promise<void> {
  await ledger.ended({ kind, reason: `because it ${kind}` }, step);
  await release(hold);
}

/** The whole numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Puts an entry of any content into a store, as no run does. */
export async function put(store: CheckpointStore, name: string, content: string): Promise<void> {
  await store.create(name, [new TextEncoder().encode(content)]);
}

export async function textIn(store: CheckpointStore, name: string): Promise<string> {
  return new TextDecoder().decode(await store.read(name));
}

/** The names of all entries that are of a ledger, in order. */
export async function ledgersIn(store: CheckpointStore): Promise<readonly string[]> {
  return (await store.list()).filter((name) => /^(?:ledger|beat)-/.test(name)).toSorted();
}
