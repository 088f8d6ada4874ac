import { keyedRandom } from "@reprise/loop";

/** The value that a share of `quantile` (0 to 1) of `values` is below, between two of them by line. */
export function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = quantile * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function medianOf(values: readonly number[]): number {
  return quantileOf(values, 0.5);
}

const resamples = 2000;

/**
 * The 95 % interval of the median of `values`, by the bootstrap's percentiles: as it comes out when
 * as many values are drawn from them with replacement, again and again. The same values give the same.
 */
export function bootstrapMedian(values: readonly number[]): readonly [low: number, high: number] {
  const random = keyedRandom(1)("bootstrap");
  const medians = Array.from({ length: resamples }, () =>
    medianOf(values.map(() => values[random.int(values.length)] ?? Number.NaN)),
  );
  return [quantileOf(medians, 0.025), quantileOf(medians, 0.975)];
}
