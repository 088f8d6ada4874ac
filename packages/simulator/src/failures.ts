import type { RandomStream } from "@reprise/core";

/** When a training is interrupted: a renewal process on the wall clock. Times in seconds. */
export interface Failures {
  /** The mean time from one failure to the next. */
  readonly meanTimeBetween: number;
  /**
   * `exponential`: no failure says anything of the next. `weibull`, of shape 0.7: failures come in
   * clusters, as on large machines. `burst`: a third of the failures is followed by another within
   * two minutes on average, as when a machine is given back that is not well.
   */
  readonly kind: "exponential" | "weibull" | "burst";
}

const weibullShape = 0.7;
/** The mean of a Weibull distribution of that shape and of scale 1: Γ(1 + 1 / 0.7). */
const weibullMean = 1.265_823_506_057_283;

const burstShare = 1 / 3;
const burstMean = 120;

/** Draws the time from a failure, or from the start, to the next failure. */
export function drawGap({ kind, meanTimeBetween }: Failures, random: RandomStream): number {
  // 1 − u, since the logarithm of 0 has no value.
  const exponential = -Math.log(1 - random.next());
  if (kind === "exponential") return meanTimeBetween * exponential;
  if (kind === "weibull")
    return (meanTimeBetween / weibullMean) * exponential ** (1 / weibullShape);
  const calmMean = (meanTimeBetween - burstShare * burstMean) / (1 - burstShare);
  return exponential * (random.next() < burstShare ? burstMean : calmMean);
}
