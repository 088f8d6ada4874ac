import type { KillPoint } from "./kill-point.ts";

/**
 * Kills at times between `fromMs` and `toMs` after the start that look random, and are the same for
 * the same seed (splitmix32): print the seed, so that a failure can be tried again.
 */
export function randomKills(
  seed: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): (attempt: number) => KillPoint {
  return (attempt) => ({ afterMs: fromMs + fraction(seed, attempt) * (toMs - fromMs) });
}

/** The `index`-th number of the splitmix32 generator of this seed, from 0 up to, and without, 1. */
function fraction(seed: number, index: number): number {
  let bits = (seed + Math.imul(index, 0x9e3779b9)) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}
