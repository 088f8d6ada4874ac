import { RepriseError, show } from "@reprise/core";

/** Throws `INVALID_ARGUMENT` unless the options of `train()` make sense. */
export function requireTrainOptions(options: { readonly epochs?: unknown }): void {
  if (typeof options !== "object" || options === null) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected train() to be given { state, epochs, callbacks }, found ${show(options)}.`,
    );
  }
  const { epochs } = options;
  if (epochs !== undefined && !isCount(epochs)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected epochs to be a whole number of epochs, found ${show(epochs)}.`,
      { details: { found: epochs } },
    );
  }
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
