import { runChild } from "../child.ts";
import { atMost, control, type Row } from "../row.ts";
import type { MemoryUse } from "./peak-memory-child.ts";

const program = new URL("peak-memory-child.ts", import.meta.url);

/** What saves take of memory beside the state, while one is being written and another waits. */
export async function measurePeakMemory(folder: string): Promise<Row[]> {
  const measure = (size: number, mode: "plain" | "saving"): Promise<MemoryUse> =>
    runChild(program, [folder, String(size), mode]);
  const plain = await measure(512, "plain");
  const small = await measure(1, "saving");
  const { extra, state, saved, superseded } = await measure(512, "saving");
  return [
    control(
      "peak memory without saves, beside 512 MiB, ÷ state",
      plain.extra / plain.state,
      mebibytes(plain.extra),
    ),
    atMost(
      "peak memory with saves in flight, beside 512 MiB, ÷ state",
      extra / state,
      2,
      `${mebibytes(extra)}; for a state of 1 MiB, too, ${mebibytes(small.extra)}; ` +
        `${saved} saves, ${superseded} more replaced by a newer one`,
    ),
  ];
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
