import { describe, expect, test } from "@jest/globals";
import type { TrainingEvent } from "../../src/event.ts";
import { materialize } from "../../src/snapshot/restore.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { decode } from "../codec/checkpoint-file.ts";
import { exactText } from "../codec/exact-text.ts";
import { rejection } from "../lifecycle/toy.ts";
import { readGolden } from "./golden-files.ts";
import { goldenMoments } from "./goldens.ts";
import { trainGolden } from "./program.ts";

const runs = { 1: "0101010101010101", 3: "0202020202020202" } as const;

/** A lease as version 1 writes it: the run that wrote the checkpoints of `fence` has let go. */
function releasedLease(fence: 1 | 3): string {
  return `{"reprise":1,"fence":${fence + 1},"state":"released","run":"${runs[fence]}","holder":null,"tombstone":0,"finished":null}\n`.repeat(
    2,
  );
}

const completedLease =
  `{"reprise":1,"fence":4,"state":"completed","run":"${runs[3]}","holder":null,"tombstone":0,"finished":{"fence":3,"sequence":25}}\n`.repeat(
    2,
  );

async function storeWith(entries: Readonly<Record<string, Uint8Array | string>>) {
  const { presence: _, ...store } = memory();
  for (const [name, bytes] of Object.entries(entries))
    await store.create(name, [typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes]);
  return store satisfies CheckpointStore;
}

function fenceOf(entry: string): 1 | 3 {
  return entry.startsWith("checkpoint-1-") ? 1 : 3;
}

/** The store as the run that wrote the golden file has left it. */
function storeAt(moment: string, lease?: string): Promise<CheckpointStore> {
  const entry = goldenMoments[moment] ?? "";
  const fence = fenceOf(entry);
  return storeWith({
    [entry]: readGolden(moment),
    [`lease-${fence + 1}.json`]: lease ?? releasedLease(fence),
  });
}

const float32 = (hex: string): Float32Array => new Float32Array(bytes(hex).buffer);
const float64 = (hex: string): Float64Array => new Float64Array(bytes(hex).buffer);
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

const weights = "252d22c0430f98c057472bc010889cc03d3c5dc0465d41c0";
const slots = "fa4fe73ff95efa3f85408f3fbb6b23404fdee23f0f65ef3f";

const generatorAtItsBest = {
  params: float64("000000000420cfbf00000020294ffcbf"),
  seen: new Map([
    ["batch 0", 1],
    ["batch 1", 1],
  ]),
};

/** What the training ends with, however often it was interrupted. */
const result = {
  end: { kind: "completed", reason: "the target was reached" },
  state: {
    weights: float32(weights),
    optimizer: {
      slots: float32(slots),
      momentum: float32(slots.slice(0, 24)),
      rate: { value: 0.2109375 },
    },
    generator: generatorAtItsBest,
  },
  history: {
    epoch: [0, 1, 2],
    history: {
      loss: [0.611111111111111, 0.14484126984126985, 0.08712121212121213],
      generated: [-1.0062454342842102, -2.9246058662732444],
      val_loss: [0.41666666666666663, 0.8333333333333333, 1.25],
      rate: [0.375, 0.28125, 0.2109375],
    },
  },
  stopping: {
    best: 0.41666666666666663,
    wait: 2,
    bestEpoch: 0,
    stoppedEpoch: -1,
    bestState: { generator: generatorAtItsBest },
  },
  visits: {
    hooks: new Map([
      ["onEpochBegin", 3n],
      ["onBatchEnd", 12n],
    ]),
  },
};

const moments: Readonly<Record<string, readonly [position: string, weights: string]>> = {
  "in-batches": ["0 batches 1 1", "7b5f19bca58a73be0304d9bd1b4fcabe89ab44be0ad056be"],
  "phase-entered": ["0 generator 0 3", "200079be4979e2bf769f26bfeee3b7bf7c9e51bff30d7bbf"],
  "in-second-phase": ["0 generator 1 4", "200079be4979e2bf769f26bfeee3b7bf7c9e51bff30d7bbf"],
  "epoch-begin": ["1 begin 0 5", "200079be4979e2bf769f26bfeee3b7bf7c9e51bff30d7bbf"],
  "in-validation": ["1 validation 1 10", "e203c7bfa9e867c03cf2ffbfb9695fc04c5723c0789d04c0"],
  completing: ["2 batches 2 12", weights],
  finished: ["3 begin 0 12", weights],
};

test("the training without an interruption ends with the result that is written down here", async () => {
  const onEvent = (): void => {};
  expect(exactText(await trainGolden(memory(), { onEvent }))).toBe(exactText(result));
});

describe("a golden checkpoint of a training", () => {
  test.each(Object.keys(goldenMoments))("holds where it was: %s", async (moment) => {
    const { metadata, roots } = await decode(readGolden(moment));
    const { epoch, phase, batch, step } = metadata.position;
    const state = materialize(roots["state"]) as { weights: Float32Array };
    const [position, hex = ""] = moments[moment] ?? [];
    expect([epoch, phase, batch, step].join(" ")).toBe(position);
    expect(exactText(state.weights)).toBe(exactText(float32(hex)));
    const [, fence, sequence] = /-(\d+)-(\d+)/.exec(goldenMoments[moment] ?? "") ?? [];
    const isDecided = moment === "completing" || moment === "finished";
    expect(metadata).toMatchObject({
      lineage: {
        fence: Number(fence),
        sequence: Number(sequence),
        run: fence === "1" ? runs[1] : runs[3],
        parent: { fence: Number(fence), sequence: Number(sequence) - 1 },
      },
      fingerprint: { golden: 1 },
      end: isDecided ? "the target was reached" : null,
    });
  });

  test.each(Object.keys(goldenMoments))("is resumed to the same end: %s", async (moment) => {
    const events: TrainingEvent[] = [];
    const store = await storeAt(moment);
    const resumed = await trainGolden(store, { onEvent: (event) => events.push(event) });
    expect(exactText(resumed)).toBe(exactText(result));
    expect(events[0]).toMatchObject({ type: "resumed" });
    expect(events[0]?.message).toContain(`from ${goldenMoments[moment]}`);
  });

  test("of a finished run is known to be finished", async () => {
    const events: TrainingEvent[] = [];
    const store = await storeAt("finished", completedLease);
    const resumed = await trainGolden(store, { onEvent: (event) => events.push(event) });
    expect(exactText(resumed)).toBe(exactText(result));
    expect(events.map(({ type }) => type)).toEqual(["alreadyCompleted", "summary"]);
  });

  test("is gone back to when its successor is damaged", async () => {
    const events: TrainingEvent[] = [];
    const newest = readGolden("in-second-phase");
    newest[4100] = (newest[4100] ?? 0) ^ 1;
    const store = await storeWith({
      "checkpoint-1-5.safetensors": readGolden("phase-entered"),
      "checkpoint-1-6.safetensors": newest,
      "lease-2.json": releasedLease(1),
    });
    const onEvent = (event: TrainingEvent): void => void events.push(event);
    const resumed = await trainGolden(store, { keepPrevious: true, onEvent });
    expect(exactText(resumed)).toBe(exactText(result));
    expect(events[0]).toMatchObject({
      type: "fellBack",
      from: "checkpoint-1-6.safetensors",
      to: "checkpoint-1-5.safetensors",
    });
  });

  test.each([
    ["mutilated/flipped-in-data", "CHECKPOINT_CORRUPT"],
    ["mutilated/future-version", "CHECKPOINT_TOO_NEW"],
    ["mutilated/of-another-tool", "CHECKPOINT_FOREIGN"],
    ["in-second-phase", "CHECKPOINT_CORRUPT"],
  ])("under the name of another, or mutilated, is left alone: %s", async (name, code) => {
    const entries = {
      "checkpoint-1-2.safetensors": readGolden(name),
      "lease-2.json": releasedLease(1),
    };
    const store = await storeWith(entries);
    const error = await rejection(trainGolden(store, { onEvent: () => {} }));
    expect(error).toMatchObject({ code });
    const kept = await store.read("checkpoint-1-2.safetensors");
    expect(Buffer.compare(kept, readGolden(name))).toBe(0);
  });
});
