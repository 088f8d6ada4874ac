import type { ResumableTraining } from "../../training/training.ts";
import { descend, inOrder, toyLoop } from "./toy-loop.ts";

/** Goes wrong only when it was interrupted three times without coming past a batch in between. */
export const thirdInterruption: ResumableTraining<unknown> = async (io) => {
  const weights = new Float64Array(3);
  const starts = { inARow: 0 };
  let isFirst = true;
  await toyLoop(io, {
    state: { weights, starts },
    data: () => inOrder,
    step: (batch) => {
      starts.inARow = isFirst ? starts.inARow + 1 : 1;
      isFirst = false;
      descend(weights, batch, starts.inARow > 3 ? 0.2 : 0.1);
    },
  });
  return { weights };
};
