import { expected } from "../errors.ts";

export function requirePositiveInteger(what: string, value: unknown): asserts value is number {
  if (!isPositiveInteger(value)) throw expected(what, "a positive integer", value);
}

export function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
