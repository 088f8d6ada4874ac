import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { BackupAndRestore } from "../../src/lifecycle/backup-and-restore.ts";
import { Training } from "../../src/lifecycle/training.ts";
import { memory } from "../../src/store/memory-store.ts";
import { makeToy, rejection } from "./toy.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

describe("a training that is driven by hand", () => {
  test("calls every hook in Keras's order, the implied begins included", async () => {
    const { training, lines, batch } = makeToy();
    await training.begin();
    await batch(3);
    await batch(1);
    await training.validation({ loss: 4 });
    await training.validation({ loss: 8 });
    await training.epochEnd();
    await batch(5);
    await training.epochEnd({ extra: 7 });
    expect(await training.end()).toEqual({ kind: "completed", reason: "all epochs are done" });
    expect(lines).toEqual([
      "onTrainBegin false",
      "onEpochBegin 0",
      "onBatchBegin 0",
      'onBatchEnd 0 {"loss":3}',
      "onBatchBegin 1",
      'onBatchEnd 1 {"loss":1}',
      'onEpochEnd 0 {"loss":2,"val_loss":6}',
      "onEpochBegin 1",
      "onBatchBegin 0",
      'onBatchEnd 0 {"loss":5}',
      'onEpochEnd 1 {"loss":5,"extra":7}',
      'onTrainEnd {"loss":5,"extra":7}',
    ]);
  });

  test("begins the epoch before its first batch also when the batch is begun by hand", async () => {
    const { training, lines } = makeToy();
    await training.begin();
    await training.batchBegin();
    await training.batchEnd();
    expect(lines).toEqual([
      "onTrainBegin false",
      "onEpochBegin 0",
      "onBatchBegin 0",
      "onBatchEnd 0",
    ]);
  });

  test("returns a promise from batchEnd only when there is something to wait for", async () => {
    stopTheClock();
    const { training, batch } = makeToy({ saveFreq: 4 });
    await training.begin();
    await batch();
    expect([batch(), batch()]).toEqual([undefined, undefined]);
    const due = batch();
    expect(due).toBeInstanceOf(Promise);
    await due;
    expect(batch()).toBeUndefined();
  });

  test("awaits a hook of the hot path only if it returns a promise", async () => {
    stopTheClock();
    const order: string[] = [];
    const { training, batch } = makeToy({
      saveFreq: false,
      callbacks: [
        {
          onBatchEnd: (index) =>
            index === 1 ? Promise.resolve().then(() => order.push("slow")) : 1,
        },
        { onBatchEnd: () => order.push("next") },
      ],
    });
    await training.begin();
    await batch();
    await batch();
    expect(batch()).toBeUndefined();
    expect(order).toEqual(["next", "slow", "next", "next"]);
  });

  test("counts steps over the run, and batches over the phase and epoch", async () => {
    const { training, batch } = makeToy({ saveFreq: false });
    await training.begin();
    expect(training.position).toEqual({ epoch: 0, phase: "begin", batch: 0, step: 0 });
    await batch();
    await batch();
    expect(training.position).toEqual({ epoch: 0, phase: "batches", batch: 2, step: 2 });
    await training.validation();
    expect(training.position).toEqual({ epoch: 0, phase: "validation", batch: 1, step: 2 });
    await training.epochEnd();
    expect(training.position).toEqual({ epoch: 1, phase: "begin", batch: 0, step: 2 });
  });

  test("goes on with the batches of the epoch after a validation in their middle", async () => {
    const { training, lines, batch } = makeToy({ saveFreq: false });
    await training.begin();
    await batch();
    await training.validation({ loss: 1 });
    await batch();
    expect(training.position).toEqual({ epoch: 0, phase: "batches", batch: 2, step: 2 });
    expect(lines.filter((line) => line.startsWith("onBatchBegin"))).toEqual([
      "onBatchBegin 0",
      "onBatchBegin 1",
    ]);
  });

  test("needs no backup", async () => {
    const completed: string[] = [];
    const training = new Training({ state: {}, onCompleted: () => completed.push("yes") });
    await training.begin();
    await training.batchEnd();
    await training.epochEnd();
    expect(await training.end()).toMatchObject({ kind: "completed" });
    expect(completed).toEqual(["yes"]);
  });
});

/** Without time nothing is ever due because of it, however busy this machine is. */
function stopTheClock(): void {
  jest.spyOn(performance, "now").mockReturnValue(0);
}

describe("a method that is called at the wrong moment is OUT_OF_ORDER", () => {
  const outOfOrder = expect.objectContaining({ code: "OUT_OF_ORDER", exitCode: 78 });

  test("before begin", async () => {
    const { training } = makeToy();
    expect(() => training.batchEnd()).toThrow(outOfOrder);
    expect(() => training.batchBegin()).toThrow(outOfOrder);
    expect(() => training.validation()).toThrow(outOfOrder);
    expect(await rejection(training.epochEnd())).toEqual(outOfOrder);
    expect(await rejection(training.end())).toEqual(outOfOrder);
  });

  test("begin for the second time", async () => {
    const { training } = makeToy();
    await training.begin();
    expect(await rejection(training.begin())).toEqual(outOfOrder);
  });

  test("after the end", async () => {
    const { training, batch } = makeToy();
    await training.begin();
    await batch();
    await training.epochEnd();
    await training.end();
    expect(() => training.batchEnd()).toThrow(outOfOrder);
    expect(await rejection(training.epochEnd())).toEqual(outOfOrder);
  });

  test("end while it is ending: nothing is completed twice", async () => {
    let completions = 0;
    const { training } = makeToy({ onCompleted: () => ++completions });
    await training.begin();
    const [first, second] = await Promise.allSettled([training.end(), training.end()]);
    expect(first).toMatchObject({ value: { kind: "completed" } });
    expect(second).toEqual(first);
    expect(completions).toBe(1);
  });

  test("but end after the end says again how it ended", async () => {
    const { training } = makeToy();
    await training.begin();
    const end = await training.end();
    expect(await training.end()).toEqual(end);
  });
});

describe("what a Training is made of", () => {
  test.each([undefined, null, 5, {}, { callbacks: [] }])("%p is refused", (options) => {
    expect(() => new Training(options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });

  test("two backups are refused, also when they come from two copies of this package", () => {
    const backups = [new BackupAndRestore(memory()), new BackupAndRestore(memory())];
    expect(() => new Training({ state: {}, callbacks: backups })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });

  test("a backup of another copy of this package is a backup", async () => {
    const store = memory();
    const { options } = new BackupAndRestore(store, { saveFreq: 1, sync: true, onEvent: () => {} });
    const other = { key: "backup-and-restore", store, options };
    Object.defineProperty(other, Symbol.for("reprise.backup"), { value: true });
    const training = new Training({ state: {}, callbacks: [other] });
    await training.begin();
    await training.batchEnd();
    expect(await store.list()).toContain("checkpoint-1-1.safetensors");
  });
});
