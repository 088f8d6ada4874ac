import { RepriseError, show } from "@reprise/core";
import type { ModelFitArgs } from "@tensorflow/tfjs-layers";
import type { ReliableArgs } from "./training-of.ts";

/** The arguments of `model.fit`, and those of Reprise. */
export interface FitArgs
  extends Omit<ModelFitArgs, "callbacks" | "stepsPerEpoch" | "validationSteps">, ReliableArgs {}

/** Arguments that `model.fit` has and does nothing with, and what is meant. */
const ignoredByTfjs: Readonly<Record<string, string>> = {
  stepsPerEpoch: "Use fitDataset() with batchesPerEpoch, or leave it out.",
  validationSteps: "Pass validationData or validationSplit, or leave it out.",
};

/** Throws `INVALID_ARGUMENT` for arguments with which tfjs would train on something else than was meant. */
export function requireFitArgs(args: unknown): asserts args is FitArgs {
  if (typeof args !== "object" || args === null) {
    throw refused("the third argument of fit()", "{ epochs, batchSize, callbacks, … }", args);
  }
  const given = args as Readonly<Record<string, unknown>>;
  for (const [name, cure] of Object.entries(ignoredByTfjs)) {
    if (given[name] === undefined || given[name] === null) continue;
    throw refused(name, "absent: model.fit does not look at it", given[name], cure);
  }
  requireCount(given, "epochs", 0);
  requireCount(given, "initialEpoch", 0);
  requireCount(given, "batchSize", 1);
  const { seed, shuffle, onCompleted } = given;
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw refused("seed", "a safe integer, such as 42", seed);
  }
  if (shuffle !== undefined && shuffle !== null && typeof shuffle !== "boolean") {
    throw refused("shuffle", "true or false", shuffle);
  }
  if (onCompleted !== undefined && typeof onCompleted !== "function") {
    throw refused("onCompleted", "a function", onCompleted);
  }
}

function requireCount(args: Readonly<Record<string, unknown>>, name: string, least: number): void {
  const value = args[name];
  if (value === undefined || value === null) return;
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw refused(name, `a whole number from ${least} on`, value);
}

function refused(name: string, expectation: string, found: unknown, cure = ""): RepriseError {
  const message = `Expected ${name} to be ${expectation}, found ${show(found)}.`;
  return new RepriseError("INVALID_ARGUMENT", cure ? `${message} ${cure}` : message, {
    details: { found },
  });
}
