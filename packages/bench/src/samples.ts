import { medianOf, quantileOf } from "./statistics.ts";

/** A median, and the range that half of the samples lie in. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Times in milliseconds of one thing that was done again and again. */
export class Samples {
  readonly values: number[];

  constructor(values: readonly number[] = []) {
    this.values = [...values];
  }

  add(milliseconds: number): void {
    this.values.push(milliseconds);
  }

  get median(): number {
    return medianOf(this.values);
  }

  get spread(): Spread {
    const low = quantileOf(this.values, 0.25);
    return { median: this.median, low, high: quantileOf(this.values, 0.75) };
  }

  get text(): string {
    const { median, low, high } = this.spread;
    return `${round(median)} ms [${round(low)}, ${round(high)}]`;
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
