import { BackupAndRestore, train } from "@reprise/loop";
import type { ResumableTraining } from "../../training/training.ts";
import { descend, epochs, inOrder } from "./toy-loop.ts";

/**
 * Counts epochs and batches itself, and sees the end of an epoch only in the step after it: resumed
 * right there, it goes through that epoch once more.
 */
export const epochEdge: ResumableTraining<unknown> = async ({ store }) => {
  const weights = new Float64Array(3);
  const place = { epoch: 0, batch: 0 };
  const run = await train({
    state: { weights, place },
    callbacks: [new BackupAndRestore(store, { saveFreq: 1 })],
  });
  const from = run.position.step;
  for await (const step of run.steps(epochs * inOrder.length)) {
    if (place.batch === 0 && step.index > from) place.epoch += 1;
    descend(weights, inOrder[place.batch] ?? [], 0.1 / (place.epoch + 1));
    place.batch = (place.batch + 1) % inOrder.length;
  }
  return { weights };
};
