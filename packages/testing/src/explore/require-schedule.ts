import type { Schedule } from "./schedule.ts";

/** What an interruption may be named by. */
export const points: readonly string[] = ["save", "operation", "step", "boundary"];
const kinds: ReadonlySet<unknown> = new Set([undefined, "kill", "term", "error"]);

/** Throws a `TypeError` that shows what is wrong with a schedule, which may come from a file. */
export function requireSchedule(schedule: Schedule): void {
  if (!Array.isArray(schedule)) {
    throw new TypeError(`Expected a schedule, an array of interruptions, found ${show(schedule)}.`);
  }
  for (const [index, interruption] of (schedule as readonly unknown[]).entries()) {
    const problem = problemOf(interruption);
    if (problem !== undefined) {
      throw new TypeError(
        `Interruption ${index + 1} of the schedule, ${show(interruption)}, ${problem}.`,
      );
    }
  }
}

function problemOf(interruption: unknown): string | undefined {
  if (typeof interruption !== "object" || interruption === null) return "is no object";
  const { kind, ...rest } = interruption as Record<string, unknown>;
  const named = points.filter((point) => Object.hasOwn(rest, point));
  const [point = ""] = named;
  if (named.length !== 1) return `should have exactly one of ${points.join(", ")}`;
  const value = rest[point];
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    return `should count its ${point} in whole numbers from 1`;
  }
  if (!kinds.has(kind)) return 'should be of kind "kill", "term" or "error"';
  if (kind === "error" && (point === "step" || point === "boundary")) {
    return "is an error of the store, which needs a save or an operation";
  }
  return undefined;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
