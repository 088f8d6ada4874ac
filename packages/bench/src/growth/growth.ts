import { freemem } from "node:os";
import { runChild } from "../child.ts";
import type { Spread } from "../samples.ts";

/** What a state of one size costs. Times in milliseconds, memory in bytes. */
export interface GrowthPoint {
  readonly bytes: number;
  readonly tensors: number;
  readonly memcpy: Spread;
  readonly stall: Spread;
  readonly durable: Spread;
  /** `dd conv=fsync` of as many bytes, the better of buffered and direct. */
  readonly dd: Spread;
  /** At the peak, beside the state. */
  readonly extra: number;
}

/** One row after the other by size, and by number of tensors. */
export interface Growth {
  readonly bySize: readonly GrowthPoint[];
  readonly byTensors: readonly GrowthPoint[];
}

const mebibyte = 2 ** 20;
const sizes = [1, 4, 16, 64, 256, 1024, 4096].map((size) => size * mebibyte);
const counts = [1, 10, 100, 1000, 10_000, 100_000];
const program = new URL("growth-child.ts", import.meta.url);

/** How cost grows with the state: each point in a process of its own. */
export async function measureGrowth(folder: string): Promise<Growth> {
  const measure = async (bytes: number, tensors: number): Promise<GrowthPoint[]> => {
    // The state, two copies of it, one to compare with, and something for all else.
    if (4.5 * bytes > freemem()) {
      console.log(`${bytes / mebibyte} MiB is not measured: there is too little free memory.`);
      return [];
    }
    const rounds = bytes > 512 * mebibyte ? 3 : 7;
    const args = [folder, bytes, tensors, rounds].map(String);
    return [await runChild<GrowthPoint>(program, args)];
  };
  const bySize: GrowthPoint[] = [];
  for (const bytes of sizes) bySize.push(...(await measure(bytes, 37)));
  const byTensors: GrowthPoint[] = [];
  for (const count of counts) byTensors.push(...(await measure(100 * mebibyte, count)));
  return { bySize, byTensors };
}
