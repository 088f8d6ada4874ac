import { isRepriseError, type Position } from "@reprise/core";
import type { Change, Image } from "./image.ts";
import { InterruptedStore } from "./interrupted-store.ts";
import type { Interruption } from "./schedule.ts";
import type { ResumableTraining } from "../training/training.ts";

/** How one life of a training went. */
export interface Life<Result> {
  /** `left`: after a notice it saved and left. `killed`: nothing of it runs any more. */
  readonly end:
    | { readonly kind: "completed"; readonly result: Result }
    | { readonly kind: "threw"; readonly error: unknown }
    | { readonly kind: "left" | "killed" };
  /** What it has left in the store. */
  readonly image: Image;
  /** Whether the interruption that was asked for took place. */
  readonly isInterrupted: boolean;
  /** The instants at which what is in the store has changed. */
  readonly changes: readonly Change[];
  /** How often it called the store. */
  readonly operations: number;
  /** Where it was between two batches or epochs. */
  readonly boundaries: readonly Position[];
  /** How many of each there were until its first save was done. */
  readonly firstSave: { readonly operations: number; readonly boundaries: number };
}

/**
 * Runs one life of `training` on what `image` holds. A kill freezes it: its calls never settle, so that
 * no `catch` and no `finally` of it runs, as with SIGKILL.
 */
export async function live<Result>(
  training: ResumableTraining<Result>,
  image: Image,
  interruption?: Interruption,
): Promise<Life<Result>> {
  const store = new InterruptedStore(image, interruption);
  const end = await Promise.race([store.frozen, outcome(training, store)]);
  store.end();
  return {
    end,
    image: store.image,
    isInterrupted: store.isInterrupted,
    changes: store.changes,
    operations: store.operations,
    boundaries: store.boundaries,
    firstSave: store.firstSave,
  };
}

async function outcome<Result>(
  training: ResumableTraining<Result>,
  store: InterruptedStore,
): Promise<Life<Result>["end"]> {
  try {
    return { kind: "completed", result: await training({ store: store.asStore() }) };
  } catch (error) {
    const isNotice = store.isNoticed && isRepriseError(error, "PREEMPTED");
    return isNotice ? { kind: "left" } : { kind: "threw", error };
  }
}
