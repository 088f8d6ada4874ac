import {
  BackupAndRestore,
  type BackupOptions,
  type Callback,
  type CheckpointStore,
  decodeCheckpoint,
  materialize,
  memory,
  parseEntryName,
  type StateValue,
  Training,
} from "@reprise/core";
import { ContractViolation } from "../contract/assert.ts";

/** A training of `state` that keeps what it saves and says nothing. */
export function trainingOn(
  state: unknown,
  store: CheckpointStore,
  options: Pick<BackupOptions, "saveFreq" | "sync"> = { saveFreq: false },
  callbacks: readonly Callback[] = [],
): Training {
  const backup = new BackupAndRestore(store, {
    ...options,
    deleteCheckpoint: false,
    preemption: false,
    // Whoever holds the store is a training of the same test, and has ended.
    takeOver: true,
    onEvent: () => {},
  });
  return new Training({ state, callbacks: [...callbacks, backup] });
}

/**
 * Begins a training of `state` on the new store that `open` gives, lets `change` train it, and saves
 * it, as a training does that is stopped.
 */
export async function saveAfter(
  state: unknown,
  change: () => Promise<unknown>,
  open: () => CheckpointStore,
): Promise<CheckpointStore> {
  const store = open();
  const training = trainingOn(state, store);
  await training.begin();
  await change();
  training.stop();
  await training.end();
  return store;
}

/** Loads the checkpoint in `store` into `state`, as a training does that goes on from it. */
export async function resume(state: unknown, store: CheckpointStore): Promise<void> {
  const training = trainingOn(state, store);
  await training.begin();
  await training.interrupt();
}

/** The state in the one checkpoint of `store`, as plain data of the caller's own. */
export async function savedIn(store: CheckpointStore): Promise<StateValue> {
  const names = await store.list();
  const name = names.find((entry) => parseEntryName(entry)?.kind === "checkpoint");
  if (name === undefined) throw new ContractViolation("nothing was saved");
  const { roots } = await decodeCheckpoint({
    name,
    where: store.description,
    read: (range) => store.read(name, range),
  });
  return materialize(roots["state"]);
}

/** All bits of a state, as a checkpoint has them. */
export async function bitsOf(state: unknown): Promise<StateValue> {
  return savedIn(await saveAfter(state, async () => {}, memory));
}
