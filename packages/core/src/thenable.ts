import { isObject } from "./is-object.ts";

/** Whether `value` must be awaited. Anything else a hook returns is ignored, at no cost. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof (value as { then?: unknown }).then === "function";
}
