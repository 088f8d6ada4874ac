import { BackupAndRestore, type Callback, History, Training } from "@reprise/loop";
import type { TrainingIo } from "../../../src/index.ts";

/** Completes the training in the middle of its second epoch. */
const enough: Callback = {
  onBatchEnd(batch, _logs, training) {
    if (training.position.epoch === 1 && batch === 2) training.complete("enough");
  },
};

/** The loop of the docs that drives `Training` itself, with a callback that ends it early. */
export async function byHand({ store }: TrainingIo) {
  const weights = new Float64Array(4);
  const history = new History();
  const training = new Training({
    state: { weights },
    callbacks: [new BackupAndRestore(store, { saveFreq: 1 }), history, enough],
  });
  await training.begin();
  while (training.progress.begun || (training.position.epoch < 3 && !training.ending)) {
    while (training.position.batch < 5 && !training.ending) {
      const { epoch, batch } = training.position;
      weights[batch % 4] = (weights[batch % 4] ?? 0) * 1.5 + 1 / (epoch + 1);
      await training.batchEnd({ loss: weights[0] ?? 0 });
    }
    await training.epochEnd();
  }
  return { end: await training.end(), weights, history: history.stateDict() };
}
