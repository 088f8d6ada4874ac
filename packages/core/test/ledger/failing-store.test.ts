import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { RepriseError } from "../../src/errors.ts";
import { readLedger } from "../../src/ledger/read-ledger.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { aroundStore, type StoreCall } from "../checkpoint/around-store.ts";
import { makeToy, trainEpochs } from "../lifecycle/toy.ts";
import { beginLife, cost, endLife, ledgersIn, liveAndSave, put } from "./lives.ts";

afterEach(() => liveRuns().clear());

/** A life of a training of three epochs, on a disk on which an earlier one was killed in the first. */
interface Life {
  readonly outcome: string;
  readonly weights: number;
  readonly resumedAt: number;
  readonly calls: readonly StoreCall[];
  readonly events: readonly string[];
}

const epochs = 3;

async function train(
  disk: CheckpointStore,
  around: (
    number: number,
    call: StoreCall,
  ) => "fail" | "fail late" | "hang" | "hang late" | "go on",
): Promise<Life> {
  liveRuns().clear();
  const calls: StoreCall[] = [];
  let hang: (outcome: string) => void;
  const hanging = new Promise<string>((resolve) => {
    hang = resolve;
  });
  let isKilled = false;
  const store = aroundStore(disk, async (call, proceed) => {
    const { operation, name } = call;
    calls.push({ operation, name });
    const fate = isKilled ? "hang" : around(calls.length, call);
    if (fate === "fail") throw failure();
    if (fate !== "hang") {
      const result = await proceed();
      if (fate === "go on") return result;
      if (fate === "fail late") throw failure();
    }
    isKilled = true;
    hang("killed");
    return new Promise(() => {});
  });
  const toy = makeToy({ store, saveFreq: 1, deleteCheckpoint: false });
  let resumedAt = -1;
  const living = async (): Promise<string> => {
    resumedAt = (await toy.training.begin()).step;
    await trainEpochs(toy, epochs);
    return (await toy.training.end()).kind;
  };
  const outcome = await Promise.race([
    hanging,
    living().catch((error: RepriseError) => error.code as string),
  ]);
  const events = toy.events.map(({ type }) => type);
  return { outcome, weights: toy.state.weights[0] ?? NaN, resumedAt, calls, events };
}

function failure(): RepriseError {
  return new RepriseError("STORE_FAILED", "the disk failed");
}

function isOfLedger({ name }: StoreCall): boolean {
  return /^(?:ledger|beat)-/.test(name);
}

/** A disk on which a training was killed after its second save, with a beat that was left behind. */
async function interruptedDisk(): Promise<CheckpointStore> {
  const disk = memory();
  let saves = 0;
  const { outcome } = await train(disk, (_, { operation, name }) => {
    if (operation === "create" && name.startsWith("checkpoint-")) saves += 1;
    return saves === 3 ? "hang" : "go on";
  });
  expect(outcome).toBe("killed");
  await put(disk, "beat-1.json", `{"step":3,"seconds":1}`);
  return disk;
}

/** How an undisturbed life goes on from there. */
async function undisturbed(): Promise<Life> {
  const life = await train(await interruptedDisk(), () => "go on");
  expect(life).toMatchObject({ outcome: "completed", weights: 2 * epochs, resumedAt: 2 });
  const calls = life.calls.filter(isOfLedger).map(({ operation, name }) => `${operation} ${name}`);
  expect(calls).toEqual([
    "read ledger-1-1.jsonl",
    "read beat-1.json",
    "create ledger-2-1.jsonl",
    "remove ledger-1-1.jsonl",
    "remove beat-1.json",
    "create ledger-2-2.jsonl",
    "remove ledger-2-1.jsonl",
  ]);
  return life;
}

/** The calls of the store that are made for the ledger, by their numbers from 1. */
function ledgerCalls({ calls }: Life): number[] {
  const numbers = calls.flatMap((call, index) => (isOfLedger(call) ? [index + 1] : []));
  // Before the first is the list that it was found in.
  const list = (numbers[0] ?? 0) - 1;
  expect(calls[list - 1]).toMatchObject({ operation: "list" });
  return [list, ...numbers];
}

describe.each(["fail", "fail late"] as const)("of a ledger whose store %ss", (fate) => {
  test("once, at each of its calls, the training knows nothing but an event", async () => {
    const calls = ledgerCalls(await undisturbed());
    expect(calls).toHaveLength(8);
    for (const call of calls) {
      const disk = await interruptedDisk();
      const life = await train(disk, (number) => (number === call ? fate : "go on"));
      expect({ call, ...life }).toMatchObject({
        call,
        outcome: "completed",
        weights: 2 * epochs,
        resumedAt: 2,
      });
      // A beat that cannot be read is as good as none.
      const isBeat = life.calls[call - 1]?.name === "beat-1.json";
      const isRead = life.calls[call - 1]?.operation === "read";
      expect(life.events.filter((type) => type === "leftBehind")).toHaveLength(
        isBeat && isRead ? 0 : 1,
      );
      // What failed once was made good by what was written last, or is not known of.
      const { attempts } = await readLedger(disk);
      const isLost = call === calls[6] && fate === "fail";
      expect({ call, attempts }).toMatchObject({
        call,
        attempts: [
          { endedBy: "vanished", reached: isBeat && isRead ? 2 : 3 },
          { endedBy: isLost ? null : "completed", reached: isLost ? 2 : 6 },
        ],
      });
    }
  });

  test("always, all goes as though there were none", async () => {
    const disk = await interruptedDisk();
    const before = await disk.read("ledger-1-1.jsonl");
    const life = await train(disk, (_, call) => (isOfLedger(call) ? "fail" : "go on"));
    expect(life).toMatchObject({ outcome: "completed", weights: 2 * epochs, resumedAt: 2 });
    expect(await disk.read("ledger-1-1.jsonl")).toEqual(before);
  });
});

test("a ledger that could not be read at first is read before it is replaced", async () => {
  const disk = memory();
  await endLife(await liveAndSave(disk, 0, [10]), "failed", 12);
  let isFailing = true;
  const store = aroundStore(disk, async ({ operation, name }, proceed) => {
    if (isFailing && operation === "read" && name.startsWith("ledger-")) throw failure();
    return proceed();
  });
  const life = await beginLife(store, 10);
  expect(life.events).toMatchObject([{ type: "leftBehind", name: "the ledger" }]);
  expect(life.ledger.costs()).toBeUndefined();
  expect(await ledgersIn(disk)).toEqual(["ledger-1-2.jsonl"]);
  await life.ledger.saved({ ...cost, step: 20 });
  isFailing = false;
  await endLife(life, "stopped", 25);
  const { attempts, saves } = await readLedger(disk);
  expect(attempts).toMatchObject([
    { attempt: 1, endedBy: "failed" },
    { attempt: 2, reached: 25, saves: 1, again: 2 },
  ]);
  expect(saves).toMatchObject([{ step: 10 }, { step: 20 }]);
  expect(life.ledger.costs()).toMatchObject({ failures: 1 });
  expect(await ledgersIn(disk)).toEqual(["ledger-3-1.jsonl"]);
});

describe.each(["hang", "hang late"] as const)("killed (%s)", (fate) => {
  test("at each of its calls of the store, a training goes on from its last save, and ends the same", async () => {
    const { calls } = await undisturbed();
    for (let call = 1; call <= calls.length; call++) {
      const disk = await interruptedDisk();
      const killed = await train(disk, (number) => (number === call ? fate : "go on"));
      expect({ call, outcome: killed.outcome }).toEqual({ call, outcome: "killed" });
      expect((await ledgersIn(disk)).length).toBeGreaterThan(0);
      const next = await train(disk, () => "go on");
      expect(next.resumedAt).toBeGreaterThanOrEqual(2);
      expect({ call, ...next }).toMatchObject({ call, outcome: "completed", weights: 2 * epochs });
      const { attempts } = await readLedger(disk);
      expect(attempts[0]).toMatchObject({ attempt: 1, endedBy: "vanished", from: 0 });
      expect(attempts.at(-1)).toMatchObject({ endedBy: "completed", reached: 6 });
      expect(attempts.every(({ endedBy }) => endedBy !== null)).toBe(true);
      const fences = (await ledgersIn(disk)).map((name) => /\d+/.exec(name)?.[0]);
      expect(new Set(fences).size).toBe(1);
    }
  });
});
