import type { ResumableTraining } from "../../training/training.ts";
import { descend, inOrder, toyLoop } from "./toy-loop.ts";

/** Lowers its learning rate whenever it enters an epoch, also one that it enters again. */
export const decayWithoutFresh: ResumableTraining<unknown> = async (io) => {
  const weights = new Float64Array(3);
  const optimizer = { rate: 0.1 };
  await toyLoop(io, {
    state: { weights, optimizer },
    enter: () => {
      optimizer.rate *= 0.9;
    },
    data: () => inOrder,
    step: (batch) => descend(weights, batch, optimizer.rate),
  });
  return { weights };
};
