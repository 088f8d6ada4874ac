import { LifeTree } from "./life-tree.ts";
import type { Plan } from "./life.ts";
import { checkEnd, checkProgress, checkWorld, judge } from "./promises.ts";
import { storeSteps, type StoreStep } from "./store-steps.ts";
import { keyOf, type Ledger, type Runner, type Scenario, withRunner, type World } from "./world.ts";

/** Something that may happen, and what comes of it. */
export interface Move {
  readonly label: string;
  /** Resolves to nothing if it need not be tried. Rejects with a `BrokenPromise` if it must not be. */
  make(): Promise<World | undefined>;
}

/** Knows what can happen in the worlds of a scenario. */
export class Moves {
  readonly #scenario: Scenario;
  readonly #trees: Map<string, LifeTree> = new Map();
  /** The worlds, but for their lives, in which the power was lost already. */
  readonly #darkened: Set<string> = new Set();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  /** The world in which nothing has happened yet. */
  async first(): Promise<World> {
    const { acknowledged, disk, faults, plans } = this.#scenario;
    let world: World = {
      disk,
      runners: [],
      ledger: {
        acknowledged,
        tombstone: 0,
        finished: "",
        finishing: "",
        held: [],
        durable: 0,
        begun: 0,
        hasEnded: false,
      },
      faults,
      last: "",
    };
    for (const plan of plans) world = await this.#beget(world, plan);
    return this.#settle(world);
  }

  /** None is left when every life is over. */
  of(world: World): readonly Move[] {
    if (world.runners.length === 0) checkEnd(world);
    const lives = world.runners.filter((runner) => mayGoOn(world, runner));
    return [...lives.flatMap((runner) => this.#movesOf(world, runner)), ...this.#losses(world)];
  }

  #movesOf(world: World, runner: Runner): readonly Move[] {
    const steps = storeSteps(turnTo(world, runner), runner, this.#scenario);
    const moves = steps.map((step) => ({
      label: step.label,
      make: () => this.#take(step, runner),
    }));
    if (world.faults.crashes === 0) return moves;
    // A life that has only looked since its last deed may as well crash right after that one.
    const crashes = steps.map((step) => ({
      label: `${step.label}, then crashes`,
      make: async () => {
        const after = await this.#take(step, runner);
        const isDeed = after.disk !== world.disk || hasChanged(after.ledger, world.ledger);
        return isDeed ? this.#crash(after, runner) : undefined;
      },
    }));
    return [...moves, ...crashes];
  }

  async #take({ world, outcome }: StoreStep, { name, point, tree }: Runner): Promise<World> {
    checkProgress(name, point);
    const begun = withRunner(world, name, { hasBegun: true });
    if (outcome === undefined) return this.#settle(begun);
    const way = tree.known(point, outcome) ?? (await tree.learn(point, outcome));
    let next = withRunner(begun, name, { point: way.to });
    for (const event of way.events) next = judge(next, name, event, this.#scenario);
    if (way.to.call !== undefined) return this.#settle(next);
    const left = without(next, name);
    // Whoever ends because its store fails is started again.
    const isFailed = next.faults.failures < this.#scenario.faults.failures;
    const isDone = left.runners.length > 0 || next.ledger.hasEnded;
    return isFailed && !isDone ? this.#replace(left) : this.#settle(left);
  }

  async #crash(world: World, { name }: Runner): Promise<World | undefined> {
    if (!world.runners.some((other) => other.name === name)) return undefined;
    const faults = { ...world.faults, crashes: world.faults.crashes - 1 };
    return this.#replace({ ...without(world, name), faults });
  }

  /** What the lives are about to do makes no difference to what a loss of power leaves. */
  #losses({ runners, faults, disk, ledger, last }: World): readonly Move[] {
    if (faults.powerLosses === 0 || runners.length === 0) return [];
    const dark: World = {
      disk,
      ledger,
      last,
      runners: [],
      faults: { ...faults, powerLosses: faults.powerLosses - 1 },
    };
    const key = keyOf(dark);
    if (this.#darkened.has(key)) return [];
    this.#darkened.add(key);
    return disk.afterPowerLoss().map((left) => ({
      label: `the power is lost, which leaves ${left.names.join()}`,
      make: () => this.#replace({ ...dark, disk: left }),
    }));
  }

  async #replace(world: World): Promise<World> {
    return this.#settle(await this.#beget(world, this.#scenario.successor));
  }

  async #beget(world: World, plan: Plan): Promise<World> {
    const name = String.fromCharCode("A".charCodeAt(0) + world.ledger.begun);
    const key = `${name} ${JSON.stringify(plan)}`;
    const { protocol, comparedTales = 1 } = this.#scenario;
    const tree = this.#trees.get(key) ?? new LifeTree(name, plan, protocol, comparedTales);
    this.#trees.set(key, tree);
    const { to: point } = await tree.begin();
    const isAlone = world.runners.length === 0 && this.#scenario.plans.length === 1;
    const runner: Runner = {
      name,
      plan,
      tree,
      point,
      hasBegun: false,
      hasLanded: false,
      fence: 0,
      sequence: 0,
      hasHandedOver: false,
      newest: "",
      previous: "",
      isHolder: false,
      bornAlone: isAlone,
      isAlone,
      isLate: false,
    };
    const ledger = { ...world.ledger, begun: world.ledger.begun + 1 };
    return { ...world, ledger, runners: [...world.runners, runner] };
  }

  #settle(world: World): World {
    checkWorld(world);
    return world.faults.powerLosses > 0 ? world : { ...world, disk: world.disk.powered() };
  }
}

function mayGoOn(world: World, runner: Runner): boolean {
  // Lives that have not begun are alike but for their names: it is enough that they begin in order.
  const first = world.runners.find(({ hasBegun, plan }) => !hasBegun && plan === runner.plan);
  const isInOrder = runner.hasBegun || runner === first;
  return isInOrder && (world.faults.pauses > 0 || !pauses(world, runner));
}

/** Whether another run is paused if `runner` goes on. */
function pauses({ last, runners }: World, { name }: Runner): boolean {
  return last !== name && runners.some((other) => other.name === last);
}

function hasChanged(ledger: Ledger, before: Ledger): boolean {
  return Object.values(ledger).join() !== Object.values(before).join();
}

function turnTo(world: World, runner: Runner): World {
  const { faults } = world;
  if (faults.pauses === Infinity) return world;
  const left = faults.pauses - (pauses(world, runner) ? 1 : 0);
  return { ...world, last: runner.name, faults: { ...faults, pauses: left } };
}

function without(world: World, name: string): World {
  return { ...world, runners: world.runners.filter((other) => other.name !== name) };
}
