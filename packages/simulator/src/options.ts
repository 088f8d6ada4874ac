import { parseArgs } from "node:util";
import type { Sampling } from "./waste.ts";

export interface Options extends Sampling {
  readonly isJson: boolean;
}

export const usage = "npm run simulate -- [--runs N] [--seed N] [--json]";

/** Throws for whatever cannot be meant. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: "string", default: "40" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
    },
  });
  const runs = Number(values.runs);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(runs) || runs < 2)
    throw new Error(`Expected --runs to be a whole number from 2 on, found ${values.runs}.`);
  if (!Number.isSafeInteger(seed))
    throw new Error(`Expected --seed to be a whole number, found ${values.seed}.`);
  return { runs, seed, isJson: values.json };
}
