import { RepriseError, show } from "../errors.ts";

export function requirePositiveInteger(what: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    refuse(what, "a positive integer", value);
}

export function requirePositiveNumber(what: string, value: unknown): asserts value is number {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    refuse(what, "a positive number", value);
  }
}

function refuse(what: string, expected: string, found: unknown): never {
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `Expected ${what} to be given ${expected}, found ${show(found)}.`,
  );
}
