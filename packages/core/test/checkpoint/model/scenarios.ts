import { claim, commit, complete, release } from "../../../src/checkpoint/protocol.ts";
import type { Lease } from "../../../src/checkpoint/lease.ts";
import { recover } from "../../../src/checkpoint/recover.ts";
import { Disk } from "./disk.ts";
import type { Plan, Protocol } from "./life.ts";
import type { Faults, Scenario } from "./world.ts";

const protocol: Protocol = { claim, commit, complete, release, recover };

/** One save, and training is complete. */
export const completing: Plan = { saves: 1, keepPrevious: false, end: "complete", takeOver: true };
/** The same, and the last checkpoint stays. */
export const keeping: Plan = { ...completing, end: "keep" };
/** Two saves, and training is to be resumed; each time the save before is kept as well. */
export const releasing: Plan = { saves: 2, keepPrevious: true, end: "release", takeOver: true };

const noFaults: Faults = { crashes: 0, powerLosses: 0, failures: 0, pauses: Infinity };

/** Lives of which nobody can tell whether they go on, on a store with nothing but foreign entries. */
export function scenario(
  plans: readonly Plan[],
  faults: Partial<Faults> = {},
  more: Partial<Scenario> = {},
): Scenario {
  const foreign = ["notes.txt", "checkpoint-01-1.safetensors"];
  const outcomes = ["ended", "SUPERSEDED", "HOLDER_UNKNOWN"];
  return {
    protocol,
    disk: Disk.of(new Map(foreign.map((name) => [name, { content: "", isDurable: true }]))),
    acknowledged: [],
    plans,
    successor: plans[0] ?? completing,
    faults: { ...noFaults, ...faults },
    presence: "unknown",
    outcomes: faults.failures ? [...outcomes, "STORE_FAILED"] : outcomes,
    ...more,
  };
}

const held: Lease = {
  reprise: 1,
  fence: 1,
  state: "held",
  run: "Z",
  holder: { since: "2026-01-01T00:00:00.000Z" },
  tombstone: 0,
  finished: null,
};

/** What a run that was killed has left. */
export const afterKill: Partial<Scenario> = {
  disk: Disk.of(
    new Map([
      ["lease-1.json", { content: JSON.stringify(held), isDurable: true }],
      ["checkpoint-1-1.safetensors", { content: " Z1-1", isDurable: true }],
      ["checkpoint-1-2.safetensors", { content: " Z1-1 Z1-2", isDurable: true }],
    ]),
  ),
  acknowledged: ["Z1-1", "Z1-2"],
};

/** What is left if somebody then has removed the lease by hand. */
export const withoutLease: Partial<Scenario> = {
  disk: Disk.of(new Map([["checkpoint-3-1.safetensors", { content: " Z3-1", isDurable: true }]])),
  acknowledged: ["Z3-1"],
};

/** Runs of one thread, each of which can tell whether another one is live. */
export const sameThread: Partial<Scenario> = {
  presence: "same thread",
  outcomes: ["ended", "RUN_ACTIVE"],
};
