import { RepriseError, show } from "@reprise/core";

/** Throws `INVALID_ARGUMENT` unless the options of `train()` make sense. */
export function requireTrainOptions(options: {
  readonly epochs?: unknown;
  readonly detectUnsavedState?: unknown;
}): void {
  if (typeof options !== "object" || options === null) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected train() to be given { state, epochs, callbacks }, found ${show(options)}.`,
    );
  }
  const { epochs, detectUnsavedState = false } = options;
  if (epochs !== undefined && !isCount(epochs)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected epochs to be a whole number of epochs, found ${show(epochs)}.`,
      { details: { found: epochs } },
    );
  }
  if (typeof detectUnsavedState !== "boolean" && !isRecordOfObjects(detectUnsavedState)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected detectUnsavedState to be true or objects by name, such as { model }, found ` +
        `${show(detectUnsavedState)}.`,
      { details: { found: detectUnsavedState } },
    );
  }
}

function isRecordOfObjects(value: unknown): boolean {
  return isObject(value) && !Array.isArray(value) && Object.values(value).every(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
