import { expected } from "../errors.ts";
import type { SavePolicy } from "./save-policy.ts";

/** Saves at the first batch after `seconds` have passed since the last save, on a monotonic clock. */
export function everySeconds(seconds: number): SavePolicy {
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw expected("everySeconds", "given a positive number", seconds);
  return {
    name: `every ${seconds} seconds`,
    epochsOnly: false,
    isDue: (context) => context.seconds - context.last.seconds >= seconds,
  };
}
