import { readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";
import type { Goodput } from "./goodput/goodput.ts";
import type { Growth } from "./growth/growth.ts";
import type { Row } from "./row.ts";
import type { SideBySide } from "./side-by-side/side-by-side.ts";

/** Where and how figures were taken. */
export interface Taken {
  /** As in `2026-11-25`. */
  readonly date: string;
  readonly command: string;
  readonly machine: string;
  readonly node: string;
  /** Processes that wanted to run when it began, besides the bench. */
  readonly load: number;
}

/** All that the docs show. Each section is of one run. */
export interface Figures {
  readonly budgets?: { readonly taken: Taken; readonly rows: readonly Row[] };
  readonly sideBySide?: { readonly taken: Taken; readonly sizes: readonly SideBySide[] };
  readonly growth?: { readonly taken: Taken } & Growth;
  readonly goodput?: { readonly taken: Taken } & Goodput;
}

const file = fileURLToPath(new URL("../../../docs/performance.json", import.meta.url));

export function readFigures(): Figures {
  return JSON.parse(readFileSync(file, "utf8")) as Figures;
}

/** Keeps the sections of `figures` instead of those that were kept before. */
export function keepFigures(figures: Figures): void {
  writeFileSync(file, `${JSON.stringify({ ...readFigures(), ...figures }, undefined, 2)}\n`);
}

export function describeRun(args: readonly string[]): Taken {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ["npm run bench", ...(args.length > 0 ? ["--"] : []), ...args].join(" "),
    machine: `${cpus().length} × ${cpu?.model.trim() ?? arch()}, ${memory} GiB, ${type()} ${release()}`,
    node: process.version,
    load: loadavg()[0] ?? Number.NaN,
  };
}
