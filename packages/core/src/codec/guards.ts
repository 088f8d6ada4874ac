import { isObject } from "../is-object.ts";

/** Whether a value that JSON gave is of one kind. Never throws. */
export type Guard = (value: unknown) => boolean;

export const isText = (value: unknown): value is string => typeof value === "string";

/** Whether a value is a whole number from 0 to 2^53 − 1. */
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !Array.isArray(value);

export function orNull(guard: Guard): Guard {
  return (value) => value === null || guard(value);
}

/** Objects with any keys. */
export function recordOf(guard: Guard): Guard {
  return (value) => isRecord(value) && Object.values(value).every(guard);
}

/** Objects that have these members, and maybe others. */
export function having(members: Readonly<Record<string, Guard>>): Guard {
  return (value) =>
    isRecord(value) && Object.entries(members).every(([key, guard]) => guard(value[key]));
}

/** Objects that have these members and no others. */
export function exactly(members: Readonly<Record<string, Guard>>): Guard {
  const has = having(members);
  const count = Object.keys(members).length;
  return (value) => has(value) && Object.keys(value as object).length === count;
}
