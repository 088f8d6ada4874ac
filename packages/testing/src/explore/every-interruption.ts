import { failureOf } from "./failure.ts";
import { durableState, type Image } from "./image.ts";
import { judge } from "./judge.ts";
import { type Life, live } from "./life.ts";
import { quietly } from "./quietly.ts";
import type { Exploration, Failure } from "./report.ts";
import type { Interruption, Schedule } from "./schedule.ts";
import type { ResumableTraining } from "../training/training.ts";
import { runUndisturbed, type Undisturbed } from "./undisturbed.ts";

/** How {@link everyInterruption} explores. */
export interface ExplorationOptions {
  /**
   * What interrupts the training.
   * @default ["kill", "term", "error"]
   */
  readonly kinds?: readonly ("kill" | "term" | "error")[];
  /**
   * After how many durable states it is given up that there are no more.
   * @default 2000
   */
  readonly maxStates?: number;
}

/**
 * Interrupts a training at every call of its store and at every boundary between two batches, resumes
 * it, interrupts it again, until no durable state appears from which it has not been resumed yet. All
 * that one life leaves to the next is that state, so every schedule of every length is covered, and
 * the first that fails is one of the shortest.
 *
 * What comes later in a life than the next durable state is tried in the life that resumes from that
 * state: both are the same there, and were found to go on alike. After a SIGTERM, which can leave a state at
 * every boundary, that is the next boundary; errors are tried from the states that saves leave.
 */
export async function everyInterruption<Result>(
  training: ResumableTraining<Result>,
  options: ExplorationOptions = {},
): Promise<Exploration<Result>> {
  return quietly(async () => {
    const undisturbed = await runUndisturbed(training);
    if ("reason" in undisturbed) {
      return { reference: undefined, states: 0, lives: 2, failure: undisturbed };
    }
    return new Explorer(training, undisturbed, options).explore();
  });
}

/** A durable state, and a shortest schedule that leads to it. */
interface State {
  readonly image: Image;
  readonly schedule: Schedule;
}

class Explorer<Result> {
  readonly #training: ResumableTraining<Result>;
  readonly #undisturbed: Undisturbed<Result>;
  readonly #kinds: ReadonlySet<string>;
  readonly #maxStates: number;
  readonly #known: Set<string> = new Set();
  /** Those that are one interruption farther away than the ones that are being looked at. */
  #next: State[] = [];
  /** Both undisturbed runs. */
  #lives = 2;

  constructor(
    training: ResumableTraining<Result>,
    undisturbed: Undisturbed<Result>,
    { kinds = ["kill", "term", "error"], maxStates = 2000 }: ExplorationOptions,
  ) {
    this.#training = training;
    this.#undisturbed = undisturbed;
    this.#kinds = new Set(kinds);
    this.#maxStates = maxStates;
  }

  async explore(): Promise<Exploration<Result>> {
    this.#reach({ image: new Map(), schedule: [] });
    while (this.#next.length > 0) {
      const states = this.#next;
      this.#next = [];
      const failure = (await this.#goOnFrom(states)) ?? this.#tooMany();
      if (failure) return this.#report(failure);
    }
    return this.#report();
  }

  /** Goes on from each of `states`, undisturbed first, so that a shorter schedule is found first. */
  async #goOnFrom(states: readonly State[]): Promise<Failure | undefined> {
    const lives: (readonly [State, Life<Result>])[] = [];
    for (const state of states) {
      const life = await this.#live(state);
      const failure = await judge(life, this.#undisturbed, state.schedule);
      if (failure) return failure;
      lives.push([state, life]);
    }
    for (const [state, life] of lives) {
      if (this.#kinds.has("kill")) this.#killAtEachChange(state, life);
    }
    for (const [state, life] of lives) {
      const failure =
        (await this.#termAtEachBoundary(state, life)) ?? (await this.#failEachCall(state, life));
      if (failure) return failure;
    }
    return undefined;
  }

  /** Between two changes of what is durable, one instant is as good as another. */
  #killAtEachChange({ schedule }: State, { changes }: Life<Result>): void {
    for (const { image, operation, save } of changes) {
      const kill = save === undefined ? { operation } : { save };
      this.#reach({ image, schedule: [...schedule, kill] });
    }
  }

  async #termAtEachBoundary(
    state: State,
    { boundaries, firstSave }: Life<Result>,
  ): Promise<Failure | undefined> {
    if (!this.#kinds.has("term")) return undefined;
    const until = isAfterTerm(state) ? 1 : firstSave.boundaries;
    let last = 0;
    for (const [index, { step }] of boundaries.slice(0, until).entries()) {
      const point = step > last ? { step } : { boundary: index + 1 };
      last = step;
      const { failure } = await this.#interrupt(state, { ...point, kind: "term" });
      if (failure) return failure;
    }
    return undefined;
  }

  async #failEachCall(state: State, { firstSave }: Life<Result>): Promise<Failure | undefined> {
    if (!this.#kinds.has("error") || isAfterTerm(state)) return undefined;
    for (let operation = 1; operation <= firstSave.operations; operation += 1) {
      const once = await this.#interrupt(state, { operation, kind: "error" });
      if (once.failure) return once.failure;
      // What ended by the first error does not see the others.
      if (once.end === "threw") continue;
      const { failure } = await this.#interrupt(state, { operation, kind: "error", forever: true });
      if (failure) return failure;
    }
    return undefined;
  }

  async #interrupt(
    state: State,
    interruption: Interruption,
  ): Promise<{ readonly end: Life<Result>["end"]["kind"]; readonly failure?: Failure }> {
    const schedule = [...state.schedule, interruption];
    const life = await this.#live(state, interruption);
    const { kind } = life.end;
    if (kind !== "completed") {
      this.#reach({ image: life.image, schedule });
      return { end: kind };
    }
    const failure = await judge(life, this.#undisturbed, schedule);
    return { end: kind, ...(failure ? { failure } : {}) };
  }

  async #live({ image }: State, interruption?: Interruption): Promise<Life<Result>> {
    this.#lives += 1;
    return live(this.#training, image, interruption);
  }

  #reach(state: State): void {
    const key = durableState(state.image);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#next.push(state);
  }

  #tooMany(): Failure | undefined {
    const [state] = this.#next;
    if (this.#known.size <= this.#maxStates || state === undefined) return undefined;
    const { schedule } = state;
    return failureOf({
      schedule,
      reason: `There is no end to what the training saves: after ${this.#known.size} durable states there are more.`,
      advice:
        "Each resume leaves its trace in the state, such as a counter of starts or a time: leave it out " +
        "of the state. A long training needs a smaller twin for this test, or a higher maxStates.",
    });
  }

  #report(failure?: Failure): Exploration<Result> {
    return {
      reference: this.#undisturbed.result,
      states: this.#known.size,
      lives: this.#lives,
      ...(failure ? { failure } : {}),
    };
  }
}

function isAfterTerm({ schedule }: State): boolean {
  return schedule.at(-1)?.kind === "term";
}
