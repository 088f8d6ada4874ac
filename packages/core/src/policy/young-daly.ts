import { expected } from "../errors.ts";
import type { SaveCosts, SavePolicy } from "./save-policy.ts";

export interface YoungDalyOptions {
  /**
   * How often the run is expected to be interrupted, in seconds, before anything is known of it.
   * @default 14_400, once in 4 hours
   */
  readonly meanTimeBetweenFailures?: number;
  /**
   * The share of the time that stalls may take, above 0 and up to 1, even where more would pay.
   * @default 0.1
   */
  readonly maxOverhead?: number;
}

// Early, so that the run is protected and its costs are known; not at once, since the first steps of a
// training allocate and compile, and would be measured along with the save.
const firstSaveAfter = 10;

/**
 * Saves when it pays: so often that the stalls take as much time as interruptions undo, by the formula
 * of Young (1974) on the stall that was measured and the mean time between failures that the run has
 * seen, and never before the last save can have been written. The first save comes after 10 seconds.
 */
export function youngDaly(options: YoungDalyOptions = {}): SavePolicy {
  parse(options);
  return {
    name: "when it pays",
    epochsOnly: false,
    isDue: ({ seconds, last, costs }) =>
      seconds - last.seconds >= (costs ? saveInterval(costs, options) : firstSaveAfter),
    interval: (costs) => saveInterval(costs, options),
    explain: (costs) =>
      `saves every ${time(saveInterval(costs, options))}: ${time(costs.stall)} of stall, 1 failure in ${time(expectedTime(costs, options))} expected (${costs.failures} seen in ${time(costs.exposure)}), floor ${time(floorOf(costs, options))}`,
  };
}

/** The seconds from save to save that {@link youngDaly} keeps. */
export function saveInterval(costs: SaveCosts, options: YoungDalyOptions = {}): number {
  return Math.max(
    floorOf(costs, options),
    Math.sqrt(2 * costs.stall * expectedTime(costs, options)),
  );
}

/** Not before the last save can have been written, nor so often that stalls take more than their share. */
function floorOf({ stall, lag }: SaveCosts, options: YoungDalyOptions): number {
  return Math.max(lag, stall / parse(options).share);
}

/** The mean of the Gamma distribution that had seen one failure in `prior` seconds before this run. */
function expectedTime({ failures, exposure }: SaveCosts, options: YoungDalyOptions): number {
  return (parse(options).prior + exposure) / (1 + failures);
}

function parse({
  meanTimeBetweenFailures: prior = 14_400,
  maxOverhead: share = 0.1,
}: YoungDalyOptions): {
  readonly prior: number;
  readonly share: number;
} {
  if (!Number.isFinite(prior) || prior <= 0)
    throw expected("meanTimeBetweenFailures", "a positive number", prior);
  if (!Number.isFinite(share) || share <= 0 || share > 1)
    throw expected("maxOverhead", "a positive number up to 1", share);
  return { prior, share };
}

/** Two digits tell the choices apart; more would change with every save. */
function time(seconds: number): string {
  return seconds < 7200
    ? `${Number(seconds.toPrecision(2))} s`
    : `${Number((seconds / 3600).toPrecision(2))} h`;
}
