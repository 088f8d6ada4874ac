import { keyedRandom } from "@reprise/loop";

/**
 * How long each life of a process lasts until it is killed, in seconds: failures that come at random
 * and know nothing of each other, `mean` seconds apart. The same seed gives the same lives.
 */
export function lifeTimes(seed: number, mean: number): (life: number) => number {
  const random = keyedRandom(seed);
  return (life) => -mean * Math.log(1 - random("life", life).next());
}
