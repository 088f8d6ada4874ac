import type { ResumableTraining } from "../../training/training.ts";
import { descend, inOrder, toyLoop } from "./toy-loop.ts";

/** Ends with the same weights, and saves the time of day with them. */
export const wallClock: ResumableTraining<unknown> = async (io) => {
  const weights = new Float64Array(3);
  const report = { updatedAt: 0 };
  await toyLoop(io, {
    state: { weights, report },
    data: () => inOrder,
    step: (batch) => {
      descend(weights, batch);
      report.updatedAt = Date.now();
    },
  });
  return { weights };
};
