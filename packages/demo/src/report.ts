import { createHash } from "node:crypto";
import type { Attempt } from "./attempt.ts";
import type { Result } from "./messages.ts";

export interface AttemptRow {
  readonly from: number;
  readonly to: number;
  /** Steps that an earlier life had done already. */
  readonly again: number;
  readonly endedBy: string;
}

/**
 * The rows of the table of attempts, as the ledger of the training has them. Of an end without a word
 * only whoever killed the process knows more, and the last attempt had not ended when it was asked.
 */
export function toRows(attempts: readonly Attempt[]): AttemptRow[] {
  const last = attempts.at(-1);
  return (last?.ledger ?? []).map(({ from, reached, again, endedBy }, index) => ({
    from,
    to: endedBy === null ? (last?.to ?? reached) : reached,
    again,
    endedBy: attempts[index]?.endedBy ?? endedBy ?? "",
  }));
}

export function formatTable(rows: readonly AttemptRow[]): string {
  const cells = [
    ["attempt", "from step", "to step", "steps done again", "ended by"],
    ...rows.map(({ from, to, again, endedBy }, index) => [
      ...[index + 1, from, to, again].map(String),
      endedBy,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const last = widths.length - 1;
  return cells
    .map((row) =>
      row
        .map((cell, column) => (column === last ? cell : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

/** A SHA-256 over every bit of the weights, the optimizer and the history. */
export function digest({ network, adam, history }: Result): string {
  const hash = createHash("sha256");
  const visit = (name: string, value: unknown): void => {
    hash.update(`${name}:`);
    if (ArrayBuffer.isView(value))
      hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    else if (typeof value === "number") hash.update(new Float64Array([value]));
    else if (typeof value !== "object" || value === null) hash.update(String(value));
    else for (const [key, child] of Object.entries(value)) visit(key, child);
  };
  visit("result", { network, adam, history });
  return hash.digest("hex");
}
