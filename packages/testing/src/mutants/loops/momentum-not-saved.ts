import type { ResumableTraining } from "../../training/training.ts";
import { descend, inOrder, toyLoop } from "./toy-loop.ts";

/** Saves its weights and forgets what its optimizer knows. */
export const momentumNotSaved: ResumableTraining<unknown> = async (io) => {
  const weights = new Float64Array(3);
  const momentum = new Float64Array(3);
  await toyLoop(io, {
    state: { weights },
    data: () => inOrder,
    step: (batch) => {
      descend(momentum, batch);
      for (const at of weights.keys()) weights[at] = (weights[at] ?? 0) + (momentum[at] ?? 0);
    },
  });
  return { weights };
};
