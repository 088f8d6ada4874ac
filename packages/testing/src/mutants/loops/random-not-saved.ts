import type { ResumableTraining } from "../../training/training.ts";
import { ownRandom } from "./own-random.ts";
import { inOrder, toyLoop } from "./toy-loop.ts";

/** Draws its noise from a generator whose state begins anew in each life. */
export const randomNotSaved: ResumableTraining<unknown> = async (io) => {
  const weights = new Float64Array(3);
  const random = ownRandom(42);
  await toyLoop(io, {
    state: { weights },
    data: () => inOrder,
    step: (batch) => {
      for (const sample of batch) weights[sample % 3] = (weights[sample % 3] ?? 0) + random();
    },
  });
  return { weights };
};
