import { type Frame, framesHere } from "./frames.ts";
import { findOwnCode } from "./own-code.ts";
import type { Note } from "./traps.ts";

/** A place in the user's program that takes chance or time from outside. */
export interface UnkeyedUse {
  /** Such as `Math.random` or `Date.now`. */
  readonly source: string;
  /** File, line and column, the file relative to the working directory if it lies within. */
  readonly where: string;
  /** How often, in all runs together. Of one source, no more than 10,000 uses are looked at. */
  readonly count: number;
}

const mostOfOneSource = 10_000;

/** Collects the uses of traps, apart from those that Reprise itself makes. */
export class Uses {
  readonly #counts: Map<string, Map<string, number>> = new Map();
  readonly #looked: Map<string, number> = new Map();
  readonly #ownCode = findOwnCode();

  readonly note: Note = (source) => {
    const looked = this.#looked.get(source) ?? 0;
    if (looked >= mostOfOneSource) return;
    const { core, testing } = this.#ownCode;
    const frames = framesHere();
    const outer = frames.slice(frames.findIndex((frame) => !testing(frame)));
    const [caller] = outer;
    // Names of runs and the pace of saves: nothing that reaches the results.
    if (caller && core(caller)) return;
    this.#looked.set(source, looked + 1);
    const where = placeOf(outer.find((frame) => !core(frame) && isUsers(frame)) ?? caller);
    const counts = this.#counts.get(source) ?? new Map<string, number>();
    this.#counts.set(source, counts.set(where, (counts.get(where) ?? 0) + 1));
  };

  list(): readonly UnkeyedUse[] {
    return [...this.#counts].flatMap(([source, counts]) =>
      Array.from(counts, ([where, count]) => ({ source, where, count })),
    );
  }
}

/** A library is not where the user can do something about it. */
function isUsers({ file }: Frame): boolean {
  return !file.startsWith("node:") && !/[\\/]node_modules[\\/]/.test(file);
}

function placeOf(frame: Frame | undefined): string {
  if (frame === undefined) return "a place that this runtime does not tell";
  const { process } = globalThis as { process?: { cwd?: () => string } };
  const folder = `${process?.cwd?.() ?? ""}/`;
  const file = frame.file.startsWith(folder) ? frame.file.slice(folder.length) : frame.file;
  return `${file}:${frame.line}:${frame.column}`;
}
