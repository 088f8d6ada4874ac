import { BackupAndRestore, Training } from "@reprise/loop";
import type { ResumableTraining } from "../../training/training.ts";
import { descend, epochs, inOrder } from "./toy-loop.ts";

/** Counts a step only after the save that should hold it. */
export const savedBeforeCounting: ResumableTraining<unknown> = async ({ store }) => {
  const weights = new Float64Array(3);
  const optimizer = { steps: 0 };
  const training = new Training({
    state: { weights, optimizer },
    callbacks: [new BackupAndRestore(store, { saveFreq: 1 })],
  });
  let { epoch, batch } = await training.begin();
  for (; epoch < epochs && !training.ending; epoch += 1, batch = 0) {
    for (; batch < inOrder.length && !training.ending; batch += 1) {
      descend(weights, inOrder[batch] ?? [], 1 / (optimizer.steps + 2));
      await training.batchEnd();
      optimizer.steps += 1;
    }
    await training.epochEnd();
  }
  await training.end();
  return { weights };
};
