/** A mean, and half the width of its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  readonly margin: number;
}

/** Of at least two samples, so many that their mean is normally distributed. */
export function estimate(samples: readonly number[]): Estimate {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const squares = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0);
  return { mean, margin: 1.96 * Math.sqrt(squares / (samples.length - 1) / samples.length) };
}
