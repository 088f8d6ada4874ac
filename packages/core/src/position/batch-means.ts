import type { Logs } from "../lifecycle/callback.ts";

/** Running means of what batches logged. Sums are saved, so that a resumed mean has the same bits. */
export class BatchMeans {
  readonly #sums: Map<string, { sum: number; count: number }> = new Map();

  add(logs: Logs, prefix: string): void {
    for (const name in logs) {
      const value = logs[name];
      if (typeof value !== "number") continue;
      const key = prefix === "" ? name : prefix + name;
      const mean = this.#sums.get(key);
      if (mean === undefined) this.#sums.set(key, { sum: value, count: 1 });
      else {
        mean.sum += value;
        mean.count++;
      }
    }
  }

  toLogs(): Logs {
    return Object.fromEntries([...this.#sums].map(([name, { sum, count }]) => [name, sum / count]));
  }

  save(): [name: string, sum: number, count: number][] {
    return [...this.#sums].map(([name, { sum, count }]) => [name, sum, count]);
  }

  static load(saved: readonly (readonly [name: string, sum: number, count: number])[]): BatchMeans {
    const means = new BatchMeans();
    for (const [name, sum, count] of saved) means.#sums.set(name, { sum, count });
    return means;
  }
}
