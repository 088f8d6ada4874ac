import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { makeToy, trainEpochs } from "../lifecycle/toy.ts";
import { claimElsewhere } from "./a-run.ts";
import { aroundStore, withLiveness } from "./around-store.ts";

interface Trained {
  readonly outcome: string;
  /** The hooks of the end that were called. */
  readonly endings: readonly string[];
  readonly calls: readonly string[];
}

/** Trains two epochs with a save after each, and does `before` each call of the store. */
async function train(
  disk: CheckpointStore,
  before: (number: number) => Promise<unknown>,
): Promise<Trained> {
  const calls: string[] = [];
  const store = aroundStore(disk, async ({ operation, name }, proceed) => {
    calls.push(`${operation} ${name}`.trim());
    await before(calls.length);
    return proceed();
  });
  const toy = makeToy({ store, onCompleted: () => toy.lines.push("onCompleted") });
  const trained = async (): Promise<string> => {
    await toy.training.begin();
    await trainEpochs(toy, 2, 1);
    return (await toy.training.end()).kind;
  };
  const outcome = await trained().catch((error: { code: string }) => error.code);
  const endings = toy.lines
    .map((line) => line.split(" ", 1).join())
    .filter((hook) => ["onTrainEnd", "onCompleted", "onTrainInterrupted"].includes(hook));
  return { outcome, endings, calls };
}

const unknown = (): CheckpointStore => withLiveness(memory(), "unknown");

/** Somebody takes over just before the call `number`. */
async function takenOverBefore(number: number): Promise<Trained> {
  const disk = unknown();
  return train(disk, async (call) => (call === number ? claimElsewhere(disk) : undefined));
}

function writesOf(calls: readonly string[]): readonly string[] {
  // A line in the ledger of a run that is over is one that whoever comes next sweeps away.
  return calls.filter((call) => !/^(list|read|(create|remove) ledger)/.test(call));
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

const claimed = ["list", "create lease-1.json", "list"];
const recovered = ["list", "list"];
const recorded = ["list", "create ledger-1-1.jsonl"];
const check = ["list", "read lease-1.json"];
const untilTheEnd = [
  ...claimed,
  ...recovered,
  ...recorded,
  ...check,
  "create checkpoint-1-1.safetensors",
  ...check,
  ...check,
  "create checkpoint-1-2.safetensors",
  ...check,
  "remove checkpoint-1-1.safetensors",
];
const lastLine = ["create ledger-1-2.jsonl", "remove ledger-1-1.jsonl"];
const ended = [...check, ...check, ...lastLine, "create lease-2.json"];

afterEach(() => liveRuns().clear());

describe("a training that is taken over between two of its calls of the store", () => {
  test("makes these calls when nobody comes", async () => {
    const { calls, ...rest } = await train(unknown(), async () => {});
    expect(rest).toEqual({ outcome: "completed", endings: ["onTrainEnd", "onCompleted"] });
    expect(calls.slice(0, untilTheEnd.length + ended.length)).toEqual([...untilTheEnd, ...ended]);
  });

  test.each(range(claimed.length + 1, untilTheEnd.length + 1))(
    "stops with SUPERSEDED, writes nothing once it has looked, and begins nothing of the end: before call %i",
    async (number) => {
      const { calls, ...rest } = await takenOverBefore(number);
      expect(rest).toEqual({ outcome: "SUPERSEDED", endings: ["onTrainInterrupted"] });
      expect(writesOf(calls.slice(calls.indexOf("list", number - 1)))).toEqual([]);
    },
  );

  test.each(range(untilTheEnd.length + 2, untilTheEnd.length + ended.length))(
    "is not complete, though it found nobody before it began its end: before call %i",
    async (number) => {
      const { calls, ...rest } = await takenOverBefore(number);
      const endings = ["onTrainEnd", "onCompleted", "onTrainInterrupted"];
      expect(rest).toEqual({ outcome: "SUPERSEDED", endings });
      expect(writesOf(calls.slice(calls.indexOf("list", number - 1)))).toEqual([]);
    },
  );
});
