import { keyedRandom, shuffledBatches } from "@reprise/loop";
import type { ResumableTraining } from "../../training/training.ts";
import { descend, samples, toyLoop } from "./toy-loop.ts";

/** Does everything right: momentum, shuffling, noise, and a learning rate that decays. */
export const exact: ResumableTraining<unknown> = async (io) => {
  const weights = new Float64Array(3);
  const momentum = new Float64Array(3);
  const optimizer = { rate: 0.1 };
  const random = keyedRandom(42);
  await toyLoop(io, {
    state: { weights, momentum, optimizer },
    enter: (epoch) => {
      if (epoch.fresh) optimizer.rate *= 0.9;
    },
    data: () => shuffledBatches(samples, { batchSize: 4, random }),
    step: (batch, { epoch, index }) => {
      descend(momentum, batch, optimizer.rate);
      const noise = random("noise", epoch, index);
      for (const at of weights.keys()) {
        weights[at] = (weights[at] ?? 0) + (momentum[at] ?? 0) * noise.next();
      }
    },
  });
  return { weights, optimizer };
};
