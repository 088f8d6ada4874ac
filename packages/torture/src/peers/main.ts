// Prints a table of what the same faults do to a training that is kept in one way and another, as
// Markdown, from runs on this machine.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peersTable } from "./peers-table.ts";

const folder = await mkdtemp(join(tmpdir(), "reprise-peers-"));
try {
  console.log(await peersTable({ folder, onCell: showCell }));
} finally {
  await rm(folder, { recursive: true, force: true });
}

function showCell(fault: string, peer: string, cell: string): void {
  console.error(`${fault} | ${peer}: ${cell}`);
}
