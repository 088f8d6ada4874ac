import {
  BackupAndRestore,
  type BackupOptions,
  type CheckpointStore,
  Training,
} from "@reprise/core";

/** A training that has begun, and the kinds of all that it reported, but the summary at its end. */
export interface Trained {
  readonly training: Training;
  readonly events: readonly string[];
  readonly messages: readonly string[];
}

/** Begins to train: every batch is saved. */
export async function train(
  store: CheckpointStore,
  state: unknown,
  options: BackupOptions = {},
): Promise<Trained> {
  const events: string[] = [];
  const messages: string[] = [];
  const backup = new BackupAndRestore(store, {
    saveFreq: 1,
    onEvent({ type, message }) {
      if (type === "summary") return;
      events.push(type);
      messages.push(message);
    },
    ...options,
  });
  const training = new Training({ state, callbacks: [backup] });
  await training.begin();
  return { training, events, messages };
}
