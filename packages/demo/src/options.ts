import { parseArgs } from "node:util";

export interface DemoOptions {
  readonly seed: number;
  readonly kills: number;
  readonly json: boolean;
  /** Whether TensorFlow.js trains, and not the loop written by hand. */
  readonly tfjs: boolean;
}

export const usage = "npm run demo -- [--seed N] [--kills N] [--tfjs] [--json]";

/** Reads the command line. Throws an `Error` with what was expected for anything else. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      kills: { type: "string" },
      json: { type: "boolean" },
      tfjs: { type: "boolean" },
    },
  });
  return {
    seed: wholeNumber("--seed", values.seed) ?? Math.floor(Math.random() * 1_000_000),
    kills: wholeNumber("--kills", values.kills) ?? 6,
    json: values.json ?? false,
    tfjs: values.tfjs ?? false,
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0 && text.trim() !== "") return value;
  throw new Error(`Expected ${name} to be a whole number, found ${JSON.stringify(text)}.`);
}
