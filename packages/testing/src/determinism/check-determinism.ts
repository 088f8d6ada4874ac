import { memory, RepriseError } from "@reprise/core";
import { type Difference, firstDifference } from "../bits/first-difference.ts";
import { copyOfResult } from "../training/result-copy.ts";
import type { ResumableTraining } from "../training/training.ts";
import { type UnkeyedUse, Uses } from "./uses.ts";
import { muchLaterMs, withTraps } from "./with-traps.ts";

/** Whether a training gives the same bits each time, and what it takes from outside. */
export interface Determinism {
  /** Whether two runs gave the same bits. */
  readonly deterministic: boolean;
  /** The first place at which the second run (`a`) is not the first one (`b`). */
  readonly difference?: Difference;
  /** Uses of chance and time that no key and no state brings back; harmless unless they reach the results. */
  readonly uses: readonly UnkeyedUse[];
  /** All of it for people, with what to do. */
  readonly message: string;
}

let isChecking = false;

/**
 * Runs a training twice, each time on a store of its own, and compares what it resolves to bit by bit.
 * Names by file and line what the training draws on that is neither keyed nor saved: `Math.random`,
 * `Date`, `performance.now`, `process.hrtime`, the random numbers of `crypto`. In the second run all
 * clocks are a year and an hour ahead, so that a time which reaches the results shows.
 *
 * Draws from `keyedRandom`, and from `Math.random` within `withMathRandom`, are keyed. Rejects with
 * what the first run rejects with, and with `OUT_OF_ORDER` while another check is going on, since the
 * traps are global. They are gone when this settles.
 */
export async function checkDeterminism<Result>(
  training: ResumableTraining<Result>,
): Promise<Determinism> {
  if (isChecking) {
    throw new RepriseError(
      "OUT_OF_ORDER",
      "checkDeterminism() expects to be the only one: await the check that is going on first.",
    );
  }
  isChecking = true;
  try {
    const uses = new Uses();
    const first = await runTrapped(training, uses, 0);
    if ("error" in first) throw first.error;
    const second = await runTrapped(training, uses, muchLaterMs);
    const difference =
      "error" in second
        ? { path: "$", a: `threw ${String(second.error)}`, b: "resolved" }
        : firstDifference(second.result, first.result);
    return verdict(uses.list(), difference);
  } finally {
    isChecking = false;
  }
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

async function runTrapped<Result>(
  training: ResumableTraining<Result>,
  uses: Uses,
  ahead: number,
): Promise<Outcome<Result>> {
  return withTraps(uses.note, ahead, async () => {
    try {
      return { result: copyOfResult(await training({ store: memory() })) };
    } catch (error) {
      return { error };
    }
  });
}

function verdict(uses: readonly UnkeyedUse[], difference: Difference | undefined): Determinism {
  const deterministic = difference === undefined;
  const message = (deterministic ? sameBits(uses) : otherBits(uses, difference)).join("\n");
  return { deterministic, ...(difference && { difference }), uses, message };
}

function sameBits(uses: readonly UnkeyedUse[]): string[] {
  if (uses.length === 0) return ["Two runs of the training gave the same bits."];
  return [
    "Two runs of the training gave the same bits, although it takes from outside:",
    ...uses.map(line),
    "That is fine for what is only shown. What is trained with must be keyed or saved.",
  ];
}

function otherBits(uses: readonly UnkeyedUse[], { path, a, b }: Difference): string[] {
  const differs = [
    "Two runs of the training do not give the same bits.",
    `  differs at: ${path}`,
    `  second run: ${a}`,
    `  first run:  ${b}`,
  ];
  if (uses.length === 0) {
    return [
      ...differs,
      "It draws on no chance and no clock that can be seen. Look for what the first run left behind " +
        "outside of the training, and for work whose order is not awaited.",
    ];
  }
  return [
    ...differs,
    "It takes from outside:",
    ...uses.map(line),
    'Draw random numbers from keyedRandom(seed)("what for", epoch, batch); wrap calls of libraries in ' +
      "withMathRandom(stream, call). Keep times out of the results, or in the state as data.",
  ];
}

function line({ source, where, count }: UnkeyedUse): string {
  return `  ${source} at ${where}${count === 1 ? "" : `, ${count} times`}`;
}
