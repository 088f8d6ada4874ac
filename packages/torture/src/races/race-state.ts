import { createHash } from "node:crypto";
import { keyedRandom } from "@reprise/core";

export const raceSteps = 16;
export const saveEverySteps = 2;

/** What is trained: 64 KiB, several blocks of a disk. */
export interface RaceState {
  readonly weights: Float64Array;
  readonly velocity: Float64Array;
}

const size = 4096;
const random = keyedRandom(7);

export function createRaceState(): RaceState {
  return { weights: new Float64Array(size), velocity: new Float64Array(size) };
}

export function takeStep({ weights, velocity }: RaceState, step: number): void {
  const noise = random("noise", step);
  for (let index = 0; index < size; index += 1) {
    velocity[index] = 0.9 * (velocity[index] ?? 0) - 0.1 * (weights[index] ?? 0) + noise.next();
    weights[index] = (weights[index] ?? 0) + (velocity[index] ?? 0);
  }
}

/** The same only for the same bits. */
export function digestOf({ weights, velocity }: RaceState): string {
  const hash = createHash("sha256").update(weights).update(velocity);
  return hash.digest("hex").slice(0, 16);
}
