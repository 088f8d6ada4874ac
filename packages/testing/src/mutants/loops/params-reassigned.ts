import type { ResumableTraining } from "../../training/training.ts";
import { descend, inOrder, toyLoop } from "./toy-loop.ts";

/** Replaces its parameters at every step, while the state still holds the first ones. */
export const paramsReassigned: ResumableTraining<unknown> = async (io) => {
  let params = new Float64Array(3);
  await toyLoop(io, {
    state: { params },
    data: () => inOrder,
    step: (batch) => {
      params = params.slice();
      descend(params, batch);
    },
  });
  return { params };
};
