import type { Logs } from "./logs.ts";

/** Running means of what batches logged. Sums are saved, so that a resumed mean has the same bits. */
export type BatchMeans = Map<string, { sum: number; count: number }>;

export function addToMeans(means: BatchMeans, logs: Logs, prefix: string): void {
  for (const name in logs) {
    const value = logs[name];
    if (typeof value !== "number") continue;
    const key = prefix + name;
    const mean = means.get(key);
    if (mean === undefined) means.set(key, { sum: value, count: 1 });
    else {
      mean.sum += value;
      mean.count++;
    }
  }
}

export function meansOf(means: BatchMeans): Logs {
  return Object.fromEntries([...means].map(([name, { sum, count }]) => [name, sum / count]));
}
