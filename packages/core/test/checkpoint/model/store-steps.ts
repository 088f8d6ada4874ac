import { parseEntryName } from "../../../src/checkpoint/names.ts";
import type { RepriseErrorCode } from "../../../src/errors.ts";
import { leaseOf } from "./contents.ts";
import { checkCreation, checkRemoval, holds, noteLease } from "./promises.ts";
import type { Call, Outcome } from "./scripted-store.ts";
import { type Runner, type Scenario, withRunner, type World } from "./world.ts";

/** One thing that may come of the call for which a life waits. */
export interface StoreStep {
  readonly label: string;
  readonly world: World;
  /** What the life is told; nothing as long as it has to wait. */
  readonly outcome: Outcome | undefined;
}

/** Everything that may come next of the call for which `runner` waits. */
export function storeSteps(world: World, runner: Runner, scenario: Scenario): readonly StoreStep[] {
  const { call } = runner.point;
  if (call === undefined) throw new Error(`${runner.name} waits for nothing`);
  const label = `${runner.name} ${call.operation} ${call.name}`;
  const steps = [step(world, runner, call, scenario), ...sweepings(world, runner, call)];
  if (world.faults.failures > 0) steps.push(...failures(world, runner, call));
  return steps.map(({ world: after, outcome }) => {
    const what = outcome?.kind === "failed" ? ` (${outcome.code})` : outcome ? "" : " (visible)";
    return { label: `${label}${what}`, world: after, outcome };
  });
}

type Effect = Omit<StoreStep, "label">;

function step(world: World, runner: Runner, call: Call, scenario: Scenario): Effect {
  const { name } = runner;
  const entry = world.disk.entries.get(call.name);
  if (call.operation === "list") {
    const looked = withRunner(world, name, { isHolder: holds(world.disk, runner) });
    return { world: looked, outcome: { kind: "listed", names: world.disk.names } };
  }
  if (call.operation === "read")
    return {
      world,
      outcome: entry ? read(world, call, entry.content, scenario) : failed("NOT_FOUND"),
    };
  if (call.operation === "remove") {
    checkRemoval(world, runner, call.name);
    return { world: { ...world, disk: world.disk.without(call.name) }, outcome: done };
  }
  if (runner.hasLanded) return { world: resolve(world, runner, call), outcome: done };
  const attempted = attempt(world, runner, call.name);
  if (entry) return { world: attempted, outcome: failed("ALREADY_EXISTS") };
  const landed = land(attempted, runner, call);
  // While the power stays on, nobody can tell an entry that is visible from one that is durable.
  return world.faults.powerLosses > 0
    ? { world: withRunner(landed, name, { hasLanded: true }), outcome: undefined }
    : { world: resolve(landed, runner, call), outcome: done };
}

/** A claim sweeps away what is being written under a lower number, which then cannot be created. */
function sweepings(world: World, runner: Runner, { operation, name }: Call): readonly Effect[] {
  const highest = world.disk.leases.at(-1)?.fence ?? 0;
  const isSwept = operation === "create" && !runner.hasLanded && !world.disk.entries.has(name);
  if (!isSwept || (parseEntryName(name)?.fence ?? 0) >= highest) return [];
  return [{ world: attempt(world, runner, name), outcome: failed("STORE_FAILED") }];
}

function failures(world: World, runner: Runner, call: Call): readonly Effect[] {
  const faults = { ...world.faults, failures: world.faults.failures - 1 };
  // What is left behind by it is no sign of anything.
  const noted = { isAlone: false, bornAlone: false, hasLanded: false };
  const fail = (failing: World, code: RepriseErrorCode): Effect => ({
    world: withRunner({ ...failing, faults }, runner.name, noted),
    outcome: failed(code),
  });
  if (call.operation !== "create") return [fail(world, "STORE_FAILED")];
  const attempted = runner.hasLanded ? world : attempt(world, runner, call.name);
  const inVain = runner.hasLanded ? [] : [fail(attempted, "STORE_FAILED")];
  if (!runner.hasLanded && world.disk.entries.has(call.name)) return inVain;
  const landed = runner.hasLanded ? world : land(attempted, runner, call);
  // On NFS a link that was made is reported as a name that was taken, if its answer was lost.
  return [...inVain, fail(landed, "STORE_FAILED"), fail(landed, "ALREADY_EXISTS")];
}

function read(world: World, { name }: Call, content: string, { presence }: Scenario): Outcome {
  const isLease = parseEntryName(name)?.kind === "lease";
  const run = isLease ? leaseOf(content).run : "";
  const holder = world.runners.find((other) => other.name === run);
  return {
    kind: "read",
    content,
    liveness: presence === "unknown" ? "unknown" : "dead",
    isLive: presence === "same thread" && holder?.point.isLive === true,
  };
}

function attempt(world: World, runner: Runner, name: string): World {
  checkCreation(runner, name);
  const entry = parseEntryName(name);
  if (entry?.kind !== "checkpoint") return world;
  return withRunner(world, runner.name, { sequence: entry.sequence });
}

/** The new entry is visible. */
function land(world: World, runner: Runner, { name, content }: Call): World {
  const disk = world.disk.with(name, { content, isDurable: false });
  if (parseEntryName(name)?.kind === "checkpoint") return { ...world, disk };
  const { fence, state } = leaseOf(content);
  const ledger = noteLease({ ...world, disk }, content, false);
  return withRunner({ ...world, disk, ledger }, runner.name, {
    fence,
    hasHandedOver: state !== "held",
    ...(state === "completed" ? { newest: "", previous: "" } : {}),
  });
}

/** The new entry is durable, if it is still there. */
function resolve(world: World, { name: runner }: Runner, { name, content }: Call): World {
  const entry = world.disk.entries.get(name);
  const disk = entry ? world.disk.with(name, { ...entry, isDurable: true }) : world.disk;
  const isLease = parseEntryName(name)?.kind === "lease";
  const ledger = isLease ? noteLease({ ...world, disk }, content, true) : world.ledger;
  return withRunner({ ...world, disk, ledger }, runner, { hasLanded: false });
}

const done: Outcome = { kind: "done" };

function failed(code: RepriseErrorCode): Outcome {
  return { kind: "failed", code };
}
