import { liveRuns } from "../../../src/checkpoint/live-runs.ts";
import { Disk } from "./disk.ts";
import {
  birth,
  goThrough,
  type LifeEvent,
  type Moment,
  type Plan,
  type Protocol,
  type Stage,
} from "./life.ts";
import { type Call, type Outcome, scriptedStore } from "./scripted-store.ts";

/** A point in a life at which it waits for its store, or is over. */
export interface Point {
  /** Different for points from which a life may go on differently. */
  readonly id: string;
  readonly stage: Stage;
  /** None when the life is over. */
  readonly call: Call | undefined;
  /** Whether other starts of its thread take it for alive. */
  readonly isLive: boolean;
  /** Calls of its stage so far. */
  readonly depth: number;
}

/** A way from one point to the next, and what the life has done on it. */
export interface Way {
  readonly to: Point;
  readonly events: readonly LifeEvent[];
}

interface Place extends Point {
  readonly moment: Moment;
  /** Some of the tales that have led here; each way on is gone with all of them. */
  readonly histories: (readonly Outcome[])[];
  readonly ways: Map<string, Way & { readonly outcome: Outcome }>;
}

/**
 * All that a life may come to. What a run does next depends only on what its store has told it, so
 * that the real code is run once for each tale that a store can tell, and not once for each order in
 * which several runs can be told theirs.
 *
 * Two tales lead to one point if the run can no longer know which of them it was told. From one stage
 * to the next goes a {@link Moment}, and nothing else is given to the next one: whatever else was told
 * before is forgotten. Within a stage only what is said by {@link memoryOf} is; that this is right is
 * tried as well, by going each way on with several of the tales, which must not differ.
 */
export class LifeTree {
  readonly #name: string;
  readonly #plan: Plan;
  readonly #protocol: Protocol;
  /** How many of the tales that lead to one point are told, to see that they do not differ. */
  readonly #comparedTales: number;
  readonly #places: Map<string, Place> = new Map();
  readonly #byId: Map<string, Place> = new Map();
  readonly #begun: Map<string, Way> = new Map();

  constructor(name: string, plan: Plan, protocol: Protocol, comparedTales: number) {
    this.#name = name;
    this.#plan = plan;
    this.#protocol = protocol;
    this.#comparedTales = comparedTales;
  }

  begin(): Promise<Way> {
    return this.#enter(birth);
  }

  /** The way on from `point`, if it was gone before. */
  known(point: Point, outcome: Outcome): Way | undefined {
    return this.#placeOf(point).ways.get(keyOf(outcome));
  }

  /** Finds the way on from `point` by running the code. */
  async learn(point: Point, outcome: Outcome): Promise<Way> {
    const place = this.#placeOf(point);
    const [first = [], ...others] = place.histories;
    const way = await this.#run(place.moment, [...first, outcome]);
    place.ways.set(keyOf(outcome), { ...way, outcome });
    for (const history of others) await this.#compare(place, history, { ...way, outcome });
    return way;
  }

  async #compare(
    { moment }: Place,
    history: readonly Outcome[],
    { outcome, ...way }: Way & { readonly outcome: Outcome },
  ): Promise<void> {
    const other = await this.#run(moment, [...history, outcome]);
    if (other.to === way.to && JSON.stringify(other.events) === JSON.stringify(way.events)) return;
    throw new Error(`${this.#name} has not forgotten ${JSON.stringify(history)}`);
  }

  async #enter(moment: Moment): Promise<Way> {
    const key = JSON.stringify(moment);
    const way = this.#begun.get(key) ?? (await this.#run(moment, []));
    this.#begun.set(key, way);
    return way;
  }

  async #run(moment: Moment, history: readonly Outcome[]): Promise<Way> {
    const { events, ...reached } = await this.#tell(moment, history);
    if (reached.moment !== undefined && reached.moment.stage !== "over") {
      const way = await this.#enter(reached.moment);
      return { to: way.to, events: [...events, ...way.events] };
    }
    const { call, isLive } = reached;
    const stage = reached.moment?.stage ?? moment.stage;
    const key = JSON.stringify([stage, call, isLive, call && [moment, memoryOf(history)]]);
    const known = this.#places.get(key);
    if (known !== undefined) {
      await this.#meet(known, history);
      return { to: known, events };
    }
    const id = `${this.#name}${this.#places.size}`;
    const histories = [history];
    const depth = history.length;
    const place: Place = { id, stage, call, isLive, depth, moment, histories, ways: new Map() };
    this.#places.set(key, place);
    this.#byId.set(id, place);
    return { to: place, events };
  }

  /** One more tale has led to `place`. */
  async #meet(place: Place, history: readonly Outcome[]): Promise<void> {
    if (place.call === undefined || place.histories.length >= this.#comparedTales) return;
    const text = JSON.stringify(history);
    if (place.histories.some((other) => JSON.stringify(other) === text)) return;
    place.histories.push(history);
    for (const way of place.ways.values()) await this.#compare(place, history, way);
  }

  /** Runs the code of one stage, and tells it `history`, until it asks for more or is through. */
  #tell(moment: Moment, history: readonly Outcome[]): Promise<Reached> {
    const name = this.#name;
    let events: LifeEvent[] = [];
    let told = 0;
    liveRuns().clear();
    if (moment.isLive) liveRuns().add(name);
    return new Promise((resolve, reject) => {
      const isLive = (): boolean => liveRuns().has(name) || liveRuns().has(store.nonce);
      const store = scriptedStore(name, (call) => {
        const outcome = history[told++];
        if (outcome === undefined) {
          resolve({ events, call, moment: undefined, isLive: isLive() });
          return new Promise(() => {});
        }
        events = [];
        return Promise.resolve(outcome);
      });
      const note = (event: LifeEvent): unknown => events.push(event);
      const hold = moment.hold && { ...moment.hold, store, report: () => {} };
      const living = { name, plan: this.#plan, protocol: this.#protocol, store, hold, note };
      const live = async (): Promise<void> => {
        const { hold: after, ...rest } = await goThrough(moment, living);
        const { store: _store, report: _report, ...held } = after ?? {};
        const text = JSON.stringify({ ...rest, hold: after && held, isLive: isLive() });
        const next = JSON.parse(text.replaceAll(store.nonce, name)) as Moment;
        resolve({ events, call: undefined, moment: next, isLive: next.isLive });
      };
      live().catch(reject);
    });
  }

  #placeOf(point: Point): Place {
    const place = this.#byId.get(point.id);
    if (place === undefined) throw new Error(`${point.id} is a point of another life`);
    return place;
  }
}

interface Reached {
  /** Since the last outcome of the history. */
  readonly events: readonly LifeEvent[];
  readonly call: Call | undefined;
  /** The end of the stage, if it was reached. */
  readonly moment: Moment | undefined;
  readonly isLive: boolean;
}

/**
 * What a run can still know of what it was told in this stage: everything, but of listings before the
 * last one only the highest lease and the highest checkpoint.
 */
function memoryOf(history: readonly Outcome[]): string {
  const last = history.findLastIndex(({ kind }) => kind === "listed");
  return history
    .map((outcome, index) =>
      outcome.kind === "listed" && index < last ? highestOf(outcome.names) : keyOf(outcome),
    )
    .join("|");
}

function highestOf(names: readonly string[]): string {
  const { leases, checkpoints } = Disk.of(new Map(names.map((name) => [name, nothing])));
  return `${leases.at(-1)?.name} ${checkpoints.at(-1)?.name}`;
}

const nothing = { content: "", isDurable: true };

const keys = new WeakMap<Outcome, string>();

function keyOf(outcome: Outcome): string {
  const known =
    keys.get(outcome) ??
    (outcome.kind === "listed" ? outcome.names.join() : Object.values(outcome).join());
  keys.set(outcome, known);
  return known;
}
