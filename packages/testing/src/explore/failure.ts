import type { Difference } from "../bits/first-difference.ts";
import type { Astray } from "./saved.ts";
import type { Failure } from "./report.ts";
import type { UnkeyedUse } from "../determinism/uses.ts";
import type { Schedule } from "./schedule.ts";

/** What is known of a failure before it is put into words. */
export interface Finding {
  readonly schedule?: Schedule;
  readonly reason: string;
  /** What to look at, in a sentence or two. */
  readonly advice: string;
  readonly difference?: Difference | undefined;
  /** What the two sides of the difference are. */
  readonly sides?: readonly [a: string, b: string];
  readonly error?: unknown;
  readonly astray?: Astray | undefined;
  /** On what chance and time the training draws, if that may be why. */
  readonly uses?: readonly UnkeyedUse[];
}

/** The failure, with the message that people read. */
export function failureOf(finding: Finding): Failure {
  const { schedule = [], reason, advice, difference, error, astray, uses = [] } = finding;
  const [a, b] = finding.sides ?? ["resumed", "undisturbed"];
  const json = JSON.stringify(schedule);
  const lines: (readonly [label: string, text: string])[] = [];
  if (schedule.length > 0) lines.push(["schedule", json]);
  if (difference) lines.push(["differs at", difference.path], [a, difference.a], [b, difference.b]);
  if (error !== undefined) lines.push(["it threw", describeError(error)]);
  if (astray) {
    const { path } = astray.difference;
    lines.push(["begins", `in the save after step ${astray.step}, at ${path}`]);
  }
  for (const { source, where } of uses) lines.push(["draws on", `${source} at ${where}`]);
  if (schedule.length > 0) lines.push(["play again", `await replay(training, ${json})`]);
  const shown = lines.map(([label, text]) => `  ${`${label}:`.padEnd(12)} ${text}`);
  return {
    schedule,
    reason,
    ...(difference ? { difference } : {}),
    ...(error === undefined ? {} : { error }),
    message: [reason, ...shown, advice].join("\n"),
  };
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return `${typeof code === "string" ? `${code}: ` : ""}${error.message}`;
}
