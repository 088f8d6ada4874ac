import type { LayersModel } from "@tensorflow/tfjs-layers";

/** What a training has come to. */
export interface Outcome {
  readonly weights: readonly Float32Array[];
  /** The loss of every epoch that the history tells of. */
  readonly losses: readonly number[];
}

export function outcomeOf(model: LayersModel, history: Readonly<Record<string, unknown>>): Outcome {
  return {
    weights: model.getWeights().map((weight) => Float32Array.from(weight.dataSync())),
    losses: history["loss"] as number[],
  };
}

/** How far the weights are from those of a training that was let alone. */
export function compareWeights(found: Outcome, expected: Outcome): string {
  const distances = expected.weights.flatMap((weights, index) =>
    Array.from(weights, (weight, at) => Math.abs(weight - (found.weights[index]?.[at] ?? NaN))),
  );
  const most = Math.max(...distances);
  return most === 0 ? "identical" : `differ by ${most.toExponential(0)}`;
}

/** How the history differs from that of a training that was let alone. */
export function compareHistories(found: Outcome, expected: Outcome): string {
  const [losses, wanted] = [found.losses, expected.losses];
  if (losses.join() === wanted.join()) return "identical";
  if (losses.length !== wanted.length) return `${losses.length} of ${wanted.length} epochs`;
  return "other losses";
}
