import { runChild } from "../child.ts";
import { atMost, control, type Row } from "../row.ts";
import type { MemoryUse } from "./peak-memory-child.ts";

const program = new URL("peak-memory-child.ts", import.meta.url);

/** What saves take of memory beside the state, while one is being written and another waits. */
export async function measurePeakMemory(folder: string): Promise<Row[]> {
  const plain = await runChild<MemoryUse>(program, [folder, "plain"]);
  const saving = await runChild<MemoryUse>(program, [folder, "saving"]);
  return [
    control("peak memory without saves ÷ state", plain.extra / plain.state, describe(plain)),
    atMost(
      "peak memory with saves in flight ÷ state",
      saving.extra / saving.state,
      2,
      describe(saving),
    ),
  ];
}

function describe({ extra, state, saved, superseded }: MemoryUse): string {
  return `${mebibytes(extra)} beside ${mebibytes(state)}, ${saved} saves, ${superseded} more replaced by a newer one`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
