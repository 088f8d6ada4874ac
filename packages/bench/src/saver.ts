import { join } from "node:path";
import { BackupAndRestore, Training } from "@reprise/loop";
import { directory } from "@reprise/node";

/** A training that saves when it is asked to, and the moment at which each save is durable. */
export interface Saver {
  /**
   * A batch, and one at whose end a save is due. Resolves to how long the loop stood still for the save,
   * and how long until it was durable, in ms.
   */
  save(): Promise<{ readonly stall: number; readonly durable: number }>;
  /** Ends the training as complete: nothing is left of its checkpoints. */
  end(): Promise<void>;
  /** Leaves it with its last checkpoint. */
  leave(): Promise<void>;
}

export async function createSaver(folder: string, name: string, state: unknown): Promise<Saver> {
  let isDue = false;
  let saved: (() => void) | undefined;
  let failed: ((error: unknown) => void) | undefined;
  const store = directory(join(folder, name));
  const training = new Training({
    state,
    callbacks: [
      new BackupAndRestore(store, {
        saveFreq: { name: "when asked to", epochsOnly: false, isDue: () => isDue },
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
      // A loop gives a share of a long batch to what is being written: this one's batches are short.
      await training.batchEnd();
      isDue = true;
      const start = performance.now();
      const due = training.batchEnd();
      const stall = performance.now() - start;
      isDue = false;
      await Promise.all([due, isDurable]);
      return { stall, durable: performance.now() - start };
    },
    async end() {
      await training.end();
    },
    leave: () => training.interrupt(),
  };
}
