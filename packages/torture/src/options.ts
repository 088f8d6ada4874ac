import { parseArgs } from "node:util";

/** What to run. */
export interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly isJson: boolean;
  /** The name of the only storm to run, and of its only trial. */
  readonly only: string | undefined;
  readonly trial: string | undefined;
}

export const usage: string =
  "npm run torture -- [--minutes N] [--seed N] [--only STORM [--trial NAME]] [--json]";

/** Throws for whatever cannot be meant. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "2" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      json: { type: "boolean", default: false },
      only: { type: "string" },
      trial: { type: "string" },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  if (!(minutes > 0)) throw new Error(`Expected --minutes to be above 0, found ${values.minutes}.`);
  if (!Number.isSafeInteger(seed))
    throw new Error(`Expected --seed to be whole, found ${values.seed}.`);
  if (values.trial !== undefined && values.only === undefined) {
    throw new Error("--trial names a trial of one storm: expected --only besides.");
  }
  return { minutes, seed, isJson: values.json, only: values.only, trial: values.trial };
}
