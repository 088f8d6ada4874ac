import { checkpointName, parseEntryName } from "../../../src/checkpoint/names.ts";
import { fenceOf, leaseOf, savesOf } from "./contents.ts";
import type { Disk } from "./disk.ts";
import type { LifeEvent } from "./life.ts";
import type { Point } from "./life-tree.ts";
import {
  type Ledger,
  type Runner,
  runnerOf,
  type Scenario,
  withRunner,
  type World,
} from "./world.ts";

/** What must never happen, in the words that tell which promise was broken. */
export type Promised =
  | "an acknowledged save is lost"
  | "a complete run is resumed"
  | "a finished run is not known as such"
  | "an unfinished run is taken for finished"
  | "a fence goes down"
  | "a fence is held twice"
  | "a superseded run acknowledges"
  | "a superseded run ends as though it held the store"
  | "a superseded run writes"
  | "a run removes what is not its own to remove"
  | "what a run falls back on is removed"
  | "a name is used again"
  | "a run creates what another one owns"
  | "a run is taken over by another one of its thread"
  | "more or fewer is left than promised"
  | "a run is told something else than what has happened"
  | "nobody comes to the end";

export class BrokenPromise extends Error {
  readonly promised: Promised;

  constructor(promised: Promised, detail: string) {
    super(`${promised}: ${detail}`);
    this.promised = promised;
  }
}

function demand(isKept: boolean, promised: Promised, detail: () => string): void {
  if (!isKept) throw new BrokenPromise(promised, detail());
}

/** No store of a scenario begins with a higher number. A life takes two that does not go on claiming. */
const startFence = 3;

/** What holds at every instant. */
export function checkWorld({ disk, ledger, runners }: World): void {
  const lease = disk.leases.at(-1);
  const fence = lease?.fence ?? 0;
  demand(fence >= ledger.durable, "a fence goes down", () => `${ledger.durable} to ${fence}`);
  const isRace = fence > 2 * ledger.begun + startFence;
  demand(!isRace, "nobody comes to the end", () => `they take over from each other up to ${fence}`);

  const found = savesOf(recoverable(disk));
  const tombstone = lease ? leaseOf(lease.content).tombstone : 0;
  for (const save of ledger.acknowledged) {
    const isThere = fenceOf(save) <= tombstone || found.includes(save);
    demand(isThere, "an acknowledged save is lost", () => `${save} is not in "${found.join(" ")}"`);
  }
  const owner = lease && runners.find(({ name }) => name === leaseOf(lease.content).run);
  for (const kept of [owner?.newest, owner?.previous]) {
    const isThere = kept === undefined || kept === "" || disk.entries.has(kept);
    demand(isThere, "what a run falls back on is removed", () => String(kept));
  }
}

/** What a recovery would find now. */
function recoverable(disk: Disk): string {
  const lease = disk.leases.at(-1);
  const tombstone = lease ? leaseOf(lease.content).tombstone : 0;
  const newest = disk.checkpoints.at(-1);
  return newest && newest.fence > tombstone ? newest.content : "";
}

/** When every life is over. */
export function checkEnd({ ledger }: World): void {
  demand(ledger.hasEnded, "nobody comes to the end", () => `of ${ledger.begun}`);
}

/** More calls than any stage takes that is not going round in circles. */
const maxDepth = 40;

export function checkProgress(name: string, { depth, stage }: Point): void {
  demand(depth < maxDepth, "nobody comes to the end", () => `${name} goes round in ${stage}`);
}

export function checkRemoval(
  { disk }: World,
  { fence, name, isLate }: Runner,
  removed: string,
): void {
  const entry = parseEntryName(removed);
  const isOwn = entry !== undefined && entry.fence <= fence;
  const what = (): string => `${name}, which took ${fence}, removes ${removed}`;
  demand(isOwn, "a run removes what is not its own to remove", what);
  const highest = disk.leases.at(-1)?.name;
  demand(removed !== highest, "a fence goes down", what);
  demand(!isLate, "a superseded run writes", what);
}

export function checkCreation({ fence, sequence, name, isLate }: Runner, created: string): void {
  const what = (): string => `${name}, which took ${fence}-${sequence}, creates ${created}`;
  demand(!isLate, "a superseded run writes", what);
  const entry = parseEntryName(created);
  if (entry?.kind !== "checkpoint") return;
  demand(entry.fence === fence, "a run creates what another one owns", what);
  demand(entry.sequence > sequence, "a name is used again", what);
}

/** Writes down what a lease says that has just become visible, or durable, if it is the one that counts. */
export function noteLease({ disk, ledger }: World, content: string, isDurable: boolean): Ledger {
  const { fence, tombstone, finished } = leaseOf(content);
  if (disk.leases.at(-1)?.fence !== fence) return ledger;
  const finishing = finished ? checkpointName(finished.fence, finished.sequence) : ledger.finishing;
  if (!isDurable) return { ...ledger, finishing };
  const highest = Math.max(tombstone, ledger.tombstone);
  return {
    ...ledger,
    finishing,
    finished: finished ? finishing : ledger.finished,
    tombstone: highest,
    acknowledged: ledger.acknowledged.filter((save) => fenceOf(save) > highest),
    durable: Math.max(fence, ledger.durable),
  };
}

type Judge<Type extends LifeEvent["type"]> = (
  world: World,
  runner: Runner,
  event: Extract<LifeEvent, { readonly type: Type }>,
  scenario: Scenario,
) => World;

/** Judges what the life `name` has done, and writes down what is promised from now on. */
export function judge(world: World, name: string, event: LifeEvent, scenario: Scenario): World {
  const by = judges[event.type] as Judge<LifeEvent["type"]>;
  const judged = by(world, runnerOf(world, name), event, scenario);
  checkWorld(judged);
  return judged;
}

const judges: { readonly [Type in LifeEvent["type"]]: Judge<Type> } = {
  began(world, runner) {
    const isLate = runner.fence > 0 && !holds(world.disk, runner);
    return withRunner(world, runner.name, { isLate, isAlone: world.runners.length === 1 });
  },

  held(world, { name }, { fence }) {
    const { ledger } = world;
    const isNew = !ledger.held.includes(fence);
    demand(isNew, "a fence is held twice", () => `${name} holds ${fence}`);
    const held = [...ledger.held, fence].toSorted((a, b) => a - b);
    return { ...world, ledger: { ...ledger, held } };
  },

  recovered(world, runner, { entry = "", content, isFinished }) {
    const { ledger, disk } = world;
    const isHolder = runner.isHolder && holds(disk, runner);
    const found = savesOf(content);
    const what = (): string => `${runner.name} finds "${content}"`;
    const isAlive = found.every((save) => fenceOf(save) > ledger.tombstone);
    demand(isAlive || !isHolder, "a complete run is resumed", what);
    const isAnew = found.length === 0 && ledger.acknowledged.length > 0;
    const mayLack = !isHolder && !isAnew;
    const hasAll = ledger.acknowledged.every((save) => found.includes(save));
    demand(mayLack || hasAll || recoverable(disk) === "", "an acknowledged save is lost", what);
    const mustBeFinished = entry !== "" && entry === ledger.finished;
    demand(isFinished || !mustBeFinished || !isHolder, "a finished run is not known as such", what);
    const mayBeFinished = entry === ledger.finishing;
    demand(mayBeFinished || !isFinished, "an unfinished run is taken for finished", what);
    return withRunner(world, runner.name, { newest: entry });
  },

  acknowledged(world, runner, { entry, content }) {
    const { name, plan, newest, isHolder } = runner;
    const what = (): string => `${name} acknowledges ${entry}`;
    demand(isHolder, "a superseded run acknowledges", what);
    const [save = ""] = savesOf(content).slice(-1);
    const { acknowledged, tombstone } = world.ledger;
    // What has happened since it looked comes after the save that it acknowledges.
    const unfinished = holds(world.disk, runner) ? { finished: "", finishing: "" } : {};
    const saves = fenceOf(save) > tombstone ? [...acknowledged, save] : acknowledged;
    const ledger = { ...world.ledger, ...unfinished, acknowledged: saves };
    const previous = plan.keepPrevious ? newest : "";
    return withRunner({ ...world, ledger }, name, { newest: entry, previous });
  },

  saved(world, { name, newest, previous, isAlone }) {
    const left = world.disk.checkpoints.map((other) => other.name);
    const isTidy = left.join() === [previous, newest].filter((entry) => entry !== "").join();
    const what = (): string => `${left.join()} after ${name} has saved ${newest}`;
    demand(isTidy || !isAlone, "more or fewer is left than promised", what);
    return world;
  },

  failed(world, { name }, { outcome }, { outcomes }) {
    const what = (): string => `a save of ${name} with ${outcome}`;
    demand(outcomes.includes(outcome), "a run is told something else than what has happened", what);
    return world;
  },

  over(world, runner, { outcome }, { outcomes, presence }) {
    const { ledger, disk } = world;
    const { name, isAlone, bornAlone, hasHandedOver } = runner;
    const what = (): string => `${name} with ${outcome}`;
    const isTakenOver = outcome === "SUPERSEDED" && presence === "same thread";
    demand(!isTakenOver, "a run is taken over by another one of its thread", what);
    demand(outcomes.includes(outcome), "a run is told something else than what has happened", what);
    if (outcome !== "ended") return world;
    demand(hasHandedOver, "a superseded run ends as though it held the store", what);
    const leases = disk.leases.length;
    const isTidy = runner.plan.end !== "complete" || disk.checkpoints.length === 0;
    demand(isTidy || !isAlone, "more or fewer is left than promised", what);
    demand(leases === 1 || !bornAlone, "more or fewer is left than promised", what);
    return { ...world, ledger: { ...ledger, hasEnded: true } };
  },
};

/** Whether the lease that counts is of this life. */
export function holds(disk: Disk, { name }: Runner): boolean {
  const lease = disk.leases.at(-1);
  return lease !== undefined && leaseOf(lease.content).run === name;
}
