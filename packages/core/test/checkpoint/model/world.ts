import type { Disk } from "./disk.ts";
import type { Plan, Protocol } from "./life.ts";
import type { LifeTree, Point } from "./life-tree.ts";

/** What may go wrong, and how often. */
export interface Faults {
  /** A process dies. Another one is started in its place. */
  readonly crashes: number;
  /** The machine loses its power: every process dies, and what is not yet durable may be gone. */
  readonly powerLosses: number;
  /** A call of a store fails, with its effect or without. */
  readonly failures: number;
  /** A run is paused, so that another one goes on. `Infinity` is any order at all. */
  readonly pauses: number;
}

export interface Scenario {
  readonly protocol: Protocol;
  readonly disk: Disk;
  /** Saves on it that were acknowledged. */
  readonly acknowledged: readonly string[];
  /** Of each life that is there from the start. */
  readonly plans: readonly Plan[];
  /** Of each life that is started after a fault. */
  readonly successor: Plan;
  readonly faults: Faults;
  /**
   * What a start can find out about a holder: nothing; that it is dead, rightly or not; or that it
   * is a run of the same thread, and so dead unless it is live.
   */
  readonly presence: "unknown" | "dead" | "same thread";
  /** See {@link LifeTree}. */
  readonly comparedTales?: number;
  /** How a life may end. */
  readonly outcomes: readonly string[];
}

/** A life that goes on. */
export interface Runner {
  readonly name: string;
  readonly plan: Plan;
  readonly tree: LifeTree;
  readonly point: Point;
  /** Whether it has taken a step. */
  readonly hasBegun: boolean;
  /** Its `create` has had its effect, and has not resolved. */
  readonly hasLanded: boolean;
  /** The highest number that it has taken, and the last of its saves. */
  readonly fence: number;
  readonly sequence: number;
  /** A lease of its making says that it no longer trains. */
  readonly hasHandedOver: boolean;
  /** The entry that it has restored from or saved last, and the one before if that is kept; "" for none. */
  readonly newest: string;
  readonly previous: string;
  /** Nobody held a higher number when it looked last. */
  readonly isHolder: boolean;
  /** Nobody else was there when it was born; when its present stage began. */
  readonly bornAlone: boolean;
  readonly isAlone: boolean;
  /** Somebody held a higher number when its present stage began. */
  readonly isLate: boolean;
}

/** What was promised so far, as nobody but the model knows it. */
export interface Ledger {
  /** Saves that were acknowledged, and do not belong to a complete run. */
  readonly acknowledged: readonly string[];
  /** Saves up to this number belong to complete runs. */
  readonly tombstone: number;
  /** The checkpoint of a finished run that was kept, for certain; as long as it can yet be lost. */
  readonly finished: string;
  readonly finishing: string;
  /** Every number that a claim has resolved with; the highest one of a durable lease. */
  readonly held: readonly number[];
  readonly durable: number;
  /** How many lives were begun, and whether one has come to its end. */
  readonly begun: number;
  readonly hasEnded: boolean;
}

/** All that decides what can still happen, and what was promised before. */
export interface World {
  readonly disk: Disk;
  readonly runners: readonly Runner[];
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** Whose step was the last one, if it counts whether that one is paused. */
  readonly last: string;
}

/** Equal for two worlds only if the same can happen in both, and would be judged the same. */
export function keyOf({ disk, runners, ledger, faults, last }: World): string {
  const lives = runners.map(
    ({ name: _name, plan: _plan, tree: _tree, point, ...rest }) =>
      `${point.id},${Object.values(rest).join()}`,
  );
  const promised = Object.values(ledger).join();
  return [disk.id, ...lives, promised, Object.values(faults).join(), last].join("\n");
}

export function runnerOf(world: World, name: string): Runner {
  const runner = world.runners.find((other) => other.name === name);
  if (runner === undefined) throw new Error(`${name} is over, and goes on`);
  return runner;
}

export function withRunner(world: World, name: string, change: Partial<Runner>): World {
  const runners = world.runners.map((other) =>
    other.name === name ? { ...other, ...change } : other,
  );
  return { ...world, runners };
}
