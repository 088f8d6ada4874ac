import { setImmediate } from "node:timers/promises";

interface PendingStep {
  readonly label: string;
  readonly perform: () => Promise<void>;
}

/** One of the runs that are interleaved: where its steps wait until it is their turn. */
export class Actor {
  readonly name: string;
  pending: PendingStep | undefined;
  isOver = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Makes `act` a step: it happens when the schedule says so. `learn` is told what came of it. */
  step<T>(label: string, act: () => Promise<T>, learn: (outcome: unknown) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const perform = async (): Promise<void> => {
        try {
          const result = await act();
          learn(result);
          resolve(result);
        } catch (error) {
          learn((error as { code?: unknown }).code);
          reject(error);
        }
      };
      this.pending = { label: `${this.name} ${label}`, perform };
    });
  }
}

/** A world in which `actors` run against each other; a fresh one is made for every schedule. */
export interface World {
  readonly actors: readonly Actor[];
  /** Tells two worlds apart, as far as what can still happen depends on it. */
  state(): string;
  /** Throws if something is not as promised; `isOver` when no actor has a step left. */
  check(isOver: boolean): void;
}

/** How much was looked at. */
export interface Exploration {
  readonly states: number;
  readonly schedules: number;
}

/**
 * Runs every interleaving of the actors' steps, each state of the world once, and checks the world
 * after each step. Rejects with the schedule of the first check that throws.
 */
export async function explore(makeWorld: () => World): Promise<Exploration> {
  const seen = new Set<string>();
  const unexplored: (readonly number[])[] = [[]];
  let schedules = 0;
  for (let prefix = unexplored.pop(); prefix; prefix = unexplored.pop()) {
    schedules++;
    const world = makeWorld();
    const schedule: number[] = [];
    const trace: string[] = [];
    try {
      await settle(world);
      for (;;) {
        const isNew = schedule.length >= prefix.length;
        if (isNew) {
          const state = world.state();
          if (seen.has(state)) break;
          seen.add(state);
        }
        const ready = world.actors.flatMap(({ pending }, index) => (pending ? [index] : []));
        const [first, ...others] = ready;
        if (isNew) for (const other of others) unexplored.push([...schedule, other]);
        const chosen = prefix[schedule.length] ?? first;
        const actor = chosen === undefined ? undefined : world.actors[chosen];
        if (chosen === undefined || actor?.pending === undefined) break;
        const { label, perform } = actor.pending;
        actor.pending = undefined;
        schedule.push(chosen);
        trace.push(label);
        await perform();
        await settle(world);
        world.check(world.actors.every(({ isOver }) => isOver));
      }
    } catch (error) {
      throw new Error(`${String(error)}\nafter:\n${trace.join("\n")}`, { cause: error });
    }
  }
  return { states: seen.size, schedules };
}

/** Lets every run go on until it waits for its next step or is over. */
async function settle({ actors }: World): Promise<void> {
  while (actors.some(({ pending, isOver }) => !pending && !isOver)) await setImmediate();
}
