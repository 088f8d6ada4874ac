import type { ResumableTraining } from "../../training/training.ts";
import { descend, inOrder, toyLoop } from "./toy-loop.ts";

/** Trains with 64 bits and saves 32 of them. */
export const float32Truncation: ResumableTraining<unknown> = async (io) => {
  const weights = new Float64Array(3);
  const model = {
    get: () => Float32Array.from(weights),
    set: (saved: Float32Array) => weights.set(saved),
  };
  await toyLoop(io, {
    state: { model },
    data: () => inOrder,
    step: (batch) => descend(weights, batch),
  });
  return { weights };
};
