import { parseArgs } from "node:util";
import { budgets } from "./budgets.ts";

/** What to measure, and where the figures go. */
export interface Options {
  readonly isJson: boolean;
  /** Whether ways to save are compared that are not of npm. */
  readonly hasPeers: boolean;
  readonly hasGrowth: boolean;
  readonly hasGoodput: boolean;
  /** Whether the figures are kept for the docs. */
  readonly isRecorded: boolean;
  /** The names of the only measurements to make. */
  readonly only: readonly string[] | undefined;
}

export const usage: string =
  "npm run bench -- [--json] [--peers] [--growth] [--goodput] [--record] [--only NAME,NAME]";

const names = [...Object.keys(budgets), "side-by-side", "growth", "goodput"];

/** Throws for whatever is none of them. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
      growth: { type: "boolean", default: false },
      goodput: { type: "boolean", default: false },
      record: { type: "boolean", default: false },
      only: { type: "string" },
    },
  });
  const only = values.only?.split(",");
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`Expected --only to name any of ${names.join(", ")}; found ${unknown}.`);
  return {
    isJson: values.json,
    hasPeers: values.peers,
    hasGrowth: values.growth,
    hasGoodput: values.goodput,
    isRecorded: values.record,
    only,
  };
}
