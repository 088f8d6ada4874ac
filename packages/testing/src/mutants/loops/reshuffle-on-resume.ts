import type { ResumableTraining } from "../../training/training.ts";
import { ownRandom } from "./own-random.ts";
import { descend, inBatches, samples, toyLoop } from "./toy-loop.ts";

/** Shuffles each epoch with a generator that a new life begins anew: it goes on in another order. */
export const reshuffleOnResume: ResumableTraining<unknown> = async (io) => {
  const weights = new Float64Array(3);
  const random = ownRandom(42);
  await toyLoop(io, {
    state: { weights },
    data: () => inBatches(shuffled(random)),
    step: (batch) => descend(weights, batch),
  });
  return { weights };
};

function shuffled(random: () => number): readonly number[] {
  const keys = Array.from({ length: samples }, (_, sample) => ({ sample, key: random() }));
  return keys.toSorted((a, b) => a.key - b.key).map(({ sample }) => sample);
}
