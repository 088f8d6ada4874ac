/** Times in milliseconds of one thing that was done again and again. */
export class Samples {
  readonly #values: number[] = [];

  add(milliseconds: number): void {
    this.#values.push(milliseconds);
  }

  get median(): number {
    return this.#at(0.5);
  }

  /** Median, and the range that half of the samples lie in. */
  get text(): string {
    return `${round(this.median)} ms [${round(this.#at(0.25))}, ${round(this.#at(0.75))}]`;
  }

  #at(quantile: number): number {
    const sorted = this.#values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? Number.NaN;
  }
}

/** How long `act` takes, in milliseconds. */
export async function time(act: () => unknown): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

/** The same for what is synchronous, without the cost of a promise. */
export function timeSync(act: () => void): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}

function round(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}
