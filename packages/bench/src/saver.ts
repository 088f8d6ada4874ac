import { join } from "node:path";
import { BackupAndRestore, Training } from "@reprise/loop";
import { directory } from "@reprise/node";

/** A training that saves at every batch, and the moment at which each save is durable. */
export interface Saver {
  /** One batch. Resolves to how long the loop stood still, and how long until the save was durable, in ms. */
  save(): Promise<{ readonly stall: number; readonly durable: number }>;
  /** Ends the training as complete: nothing is left of its checkpoints. */
  end(): Promise<void>;
  /** Leaves it with its last checkpoint. */
  leave(): Promise<void>;
}

export async function createSaver(folder: string, name: string, state: unknown): Promise<Saver> {
  let saved: (() => void) | undefined;
  let failed: ((error: unknown) => void) | undefined;
  const store = directory(join(folder, name));
  const training = new Training({
    state,
    callbacks: [
      new BackupAndRestore(store, {
        saveFreq: 1,
        frozen: Object.keys(state as object),
        preemption: false,
        onEvent: (event) => {
          if (event.type === "saved") saved?.();
          if (event.type === "saveFailed") failed?.(event.error);
        },
      }),
    ],
  });
  await training.begin();
  return {
    async save() {
      const isDurable = new Promise<void>((resolve, reject) => {
        saved = resolve;
        failed = reject;
      });
      const start = performance.now();
      const due = training.batchEnd();
      const stall = performance.now() - start;
      await Promise.all([due, isDurable]);
      return { stall, durable: performance.now() - start };
    },
    async end() {
      await training.end();
    },
    leave: () => training.interrupt(),
  };
}
