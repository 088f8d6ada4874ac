import {
  BackupAndRestore,
  type BackupOptions,
  type CheckpointStore,
  memory,
  type TrainingEvent,
} from "@reprise/loop";
import { firstDifference } from "@reprise/testing";
import { crashAt, crashOf } from "./crash.ts";
import type { Visit } from "./toy.ts";

/** One life of a program: with fresh objects each time, as in a new process. */
export interface Life {
  readonly backup?: BackupAndRestore;
  readonly visit: Visit;
}

/** A training whose result says all that must survive. */
export type Program = (life: Life) => Promise<unknown>;

/** A backup that prints nothing. */
export function backupTo(store: CheckpointStore, options: BackupOptions = {}): BackupAndRestore {
  return new BackupAndRestore(store, { onEvent: () => {}, ...options });
}

/** A backup whose events are kept. */
export function watchedBackup(
  store: CheckpointStore,
  options: BackupOptions = {},
): { readonly backup: BackupAndRestore; readonly events: TrainingEvent[] } {
  const events: TrainingEvent[] = [];
  const onEvent = (event: TrainingEvent): void => void events.push(event);
  return { backup: new BackupAndRestore(store, { ...options, onEvent }), events };
}

/** The events of one type. */
export function eventsOf<Type extends TrainingEvent["type"]>(
  events: readonly TrainingEvent[],
  type: Type,
): (TrainingEvent & { readonly type: Type })[] {
  return events.filter((event): event is TrainingEvent & { readonly type: Type } => {
    return event.type === type;
  });
}

/** The names of all checkpoints in a store. */
export async function checkpointsIn(store: CheckpointStore): Promise<string[]> {
  return (await store.list()).filter((name) => name.startsWith("checkpoint-")).toSorted();
}

/** Every place that the program comes to when nothing happens to it, in order. */
export async function placesOf(program: Program): Promise<string[]> {
  const places: string[] = [];
  await program({ visit: (place) => void places.push(place) });
  return places;
}

/** How {@link differencesAfterCrashes} interrupts a program. */
export interface CrashOptions extends BackupOptions {
  /** A new, empty store for every crash. */
  readonly makeStore?: () => CheckpointStore;
  /** Crashes only at every so manieth place. */
  readonly stride?: number;
  /** Crashes the second life, too, at this place of its own, counted from 1. */
  readonly again?: number;
}

/**
 * Interrupts `program` at each of its places, once per place; lets it come to its end in a further
 * life; and returns whatever is then not as in a run that was never interrupted and never saved.
 * Interruptions that did not happen are in the list, too.
 */
export async function differencesAfterCrashes(
  program: Program,
  { makeStore = memory, stride = 1, again, ...options }: CrashOptions = {},
): Promise<unknown[]> {
  const places = await placesOf(program);
  const undisturbed = await program({ visit: () => {} });
  const found: unknown[] = [];
  for (let nth = 1; nth <= places.length; nth += stride) {
    const store = makeStore();
    const live = (visit: Visit): Promise<unknown> => {
      return program({ backup: backupTo(store, options), visit });
    };
    const crash = await crashOf(live(crashAt(nth)));
    if (crash !== places[nth - 1]) found.push({ expected: places[nth - 1], crash });
    // The second life may be over before its crash; what counts is how the last one ends.
    if (again !== undefined && (await crashOf(live(crashAt(again)))) === undefined) continue;
    const difference = firstDifference(undisturbed, await live(() => {}));
    if (difference) found.push({ crash, difference });
  }
  return found;
}
