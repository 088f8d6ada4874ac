import type { SaveContext, SaveCosts, SavePolicy } from "@reprise/core";
import { firstDue } from "./first-due.ts";
import type { Scenario } from "./scenario.ts";

/** Where the time of a training went, in seconds, and how often what happened. */
export interface Outcome {
  /** From the first start to the end of the last step. */
  readonly wall: number;
  readonly stalled: number;
  /** Steps that had to be done again, up to the last instant before an interruption. */
  readonly lost: number;
  readonly restarting: number;
  readonly saves: number;
  readonly interruptions: number;
}

/** A copy of the state after `step`, taken at the second `at`. */
interface Snapshot {
  readonly step: number;
  readonly at: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What the policy is told: one object, since it is asked millions of times. */
type Told = Mutable<Omit<SaveContext, "costs">> & { costs?: Mutable<SaveCosts> };

/**
 * Trains to the end under interruptions. A save stalls the loop, is written while the loop goes on,
 * and counts once it is acknowledged; one more may wait, and the newest wins. `nextGap` gives the
 * seconds from the start, and from each failure, to the next.
 *
 * The policy is told what a run could know: the costs of the saves that were acknowledged, the
 * interruptions so far, and of an attempt that was interrupted only what its last save told.
 */
export function simulate(scenario: Scenario, policy: SavePolicy, nextGap: () => number): Outcome {
  return new Simulation(scenario, policy, nextGap).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #policy: SavePolicy;
  readonly #nextGap: () => number;
  readonly #steps: number;

  #now = 0;
  #failsAt: number;
  /** The step that the newest acknowledged save is of. */
  #kept = 0;
  readonly #context: Told = {
    point: "batch",
    step: 0,
    epochs: 0,
    seconds: 0,
    last: { step: 0, epochs: 0, seconds: 0 },
  };
  /** Seconds of training in the attempts before this one, as their saves told. */
  #exposure = 0;
  #startedAt = 0;
  /** Where the last acknowledged save of this attempt was taken, or where the attempt began. */
  #seenUntil = 0;
  #writing: (Snapshot & { readonly doneAt: number }) | undefined;
  #waiting: Snapshot | undefined;

  #stalled = 0;
  #restarting = 0;
  #saves = 0;
  #interruptions = 0;

  constructor(scenario: Scenario, policy: SavePolicy, nextGap: () => number) {
    this.#scenario = scenario;
    this.#policy = policy;
    this.#nextGap = nextGap;
    this.#steps = Math.round(scenario.work / scenario.step);
    this.#failsAt = nextGap();
  }

  run(): Outcome {
    while (!this.#train()) this.#restart();
    const wall = this.#now;
    const work = this.#steps * this.#scenario.step;
    return {
      wall,
      stalled: this.#stalled,
      lost: wall - work - this.#stalled - this.#restarting,
      restarting: this.#restarting,
      saves: this.#saves,
      interruptions: this.#interruptions,
    };
  }

  /** One attempt. Returns whether it came to the end. */
  #train(): boolean {
    const { step: stepTime } = this.#scenario;
    this.#startedAt = this.#now;
    this.#seenUntil = this.#now;
    let step = this.#kept;
    // Where the next save would be if it came as long after the last one as that after its own.
    let guess = step;
    this.#context.last = { step, epochs: 0, seconds: this.#now };
    while (step < this.#steps) {
      // What a policy is told changes with an acknowledgement, so it is asked up to there.
      const told = this.#writing?.doneAt ?? Infinity;
      const before = step + Math.max(0, Math.ceil((told - this.#now) / stepTime) - 1);
      const reach = Math.min(this.#steps - 1, before);
      const secondsAt = (at: number): number => this.#now + (at - step) * stepTime;
      const due = firstDue({ from: step, to: reach, guess }, (at) =>
        this.#isDue(at, secondsAt(at)),
      );
      if (due !== undefined) {
        const at = secondsAt(due);
        if (at > this.#failsAt) return false;
        step = due;
        guess = 2 * due - this.#context.last.step;
        this.#context.last = { step, epochs: 0, seconds: at };
        this.#now = at;
        if (!this.#snapshot({ step, at })) return false;
      } else if (reach === before) {
        if (told > this.#failsAt) return false;
        this.#now = secondsAt(reach);
        step = reach;
        this.#acknowledge();
      } else {
        const end = secondsAt(this.#steps);
        if (end > this.#failsAt) return false;
        this.#now = end;
        return true;
      }
    }
    return true;
  }

  #isDue(step: number, seconds: number): boolean {
    const context = this.#context;
    context.step = step;
    context.seconds = seconds;
    if (context.costs) context.costs.exposure = this.#exposure + seconds - this.#startedAt;
    return this.#policy.isDue(context);
  }

  /** Returns whether it was taken before a failure. */
  #snapshot(snapshot: Snapshot): boolean {
    const { stall, lag } = this.#scenario;
    const end = snapshot.at + stall;
    if (end > this.#failsAt) {
      this.#stalled += this.#failsAt - snapshot.at;
      return false;
    }
    this.#now = end;
    this.#stalled += stall;
    if (this.#writing) this.#waiting = snapshot;
    else this.#writing = { ...snapshot, doneAt: snapshot.at + lag };
    return true;
  }

  #acknowledge(): void {
    const done = this.#writing;
    if (!done) return;
    const { stall, lag } = this.#scenario;
    this.#kept = done.step;
    this.#seenUntil = done.at;
    this.#context.costs = {
      stall,
      lag: done.doneAt - done.at,
      failures: this.#interruptions,
      exposure: 0,
    };
    this.#saves += 1;
    this.#writing = this.#waiting && { ...this.#waiting, doneAt: done.doneAt + lag - stall };
    this.#waiting = undefined;
  }

  /** From a failure in training to the first step of the next attempt; it may fail again on the way. */
  #restart(): void {
    while (this.#writing && this.#writing.doneAt <= this.#failsAt) this.#acknowledge();
    this.#writing = undefined;
    this.#waiting = undefined;
    this.#exposure += this.#seenUntil - this.#startedAt;
    this.#interruptions += 1;
    if (this.#context.costs) this.#context.costs.failures = this.#interruptions;
    const { restart } = this.#scenario;
    const failedAt = this.#failsAt;
    do {
      this.#now = this.#failsAt;
      this.#failsAt += this.#nextGap();
    } while (this.#failsAt < this.#now + restart);
    this.#now += restart;
    this.#restarting += this.#now - failedAt;
  }
}
