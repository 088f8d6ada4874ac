import { describe, expect, test } from "@jest/globals";
import { memory } from "../../src/store/memory-store.ts";
import { makeToy, rejection, trainEpochs, typesOf } from "./toy.ts";

describe("the ways in which a life ends", () => {
  test("completed: deletes the checkpoint, after onTrainEnd and onCompleted", async () => {
    const store = memory();
    const seen: (readonly string[])[] = [];
    const look = async (): Promise<unknown> => seen.push(await store.list());
    const { training, batch } = makeToy({
      store,
      callbacks: [{ onTrainEnd: look }],
      onCompleted: look,
    });
    await training.begin();
    await batch();
    await training.epochEnd();
    await training.end();
    const before = ["lease-1.json", "ledger-1-1.jsonl", "checkpoint-1-1.safetensors"];
    expect(seen).toEqual([before, before]);
    expect(await store.list()).toEqual(["lease-2.json"]);
    expect(training.isRunning).toBe(false);
  });

  test("completed and kept: the next start returns at once, and onCompleted is not called again", async () => {
    let completions = 0;
    const options = { deleteCheckpoint: false, onCompleted: () => ++completions };
    const first = makeToy(options);
    await first.training.begin();
    await trainEpochs(first, 2);
    await first.training.end();
    const second = makeToy({ ...options, store: first.store });
    await second.training.begin();
    expect(second.training.position).toMatchObject({ epoch: 2, step: 4 });
    await second.training.end();
    expect(typesOf(second)).toContain("alreadyCompleted");
    expect(completions).toBe(1);

    // More epochs go on from there, and are completed in their turn.
    const third = makeToy({ ...options, store: first.store });
    await third.training.begin();
    await trainEpochs(third, 3);
    await third.training.end();
    expect(third.state.weights[0]).toBe(6);
    expect(completions).toBe(2);
  });

  test("stopped: saves, keeps the checkpoint, and goes on at the next start", async () => {
    const first = makeToy({ saveFreq: false });
    await first.training.begin();
    await first.batch();
    first.training.stop("enough for today");
    await first.batch();
    expect(first.training.ending).toEqual({ kind: "stopped", reason: "enough for today" });
    expect(await first.training.end()).toEqual({ kind: "stopped", reason: "enough for today" });
    expect(first.lines.at(-1)).toBe("onTrainInterrupted stopped: enough for today");

    const second = makeToy({ store: first.store });
    expect(await second.training.begin()).toEqual({
      epoch: 0,
      phase: "batches",
      batch: 2,
      step: 2,
    });
    expect(second.state.weights[0]).toBe(2);
  });

  test("stopped when nothing is left to do is still a stop; the next start completes", async () => {
    const first = makeToy();
    await first.training.begin();
    await trainEpochs(first, 1);
    first.training.stop();
    expect(await first.training.end()).toMatchObject({ kind: "stopped" });
    const second = makeToy({ store: first.store });
    await second.training.begin();
    expect(await second.training.end()).toMatchObject({ kind: "completed" });
  });

  test("complete() ends for good when the epoch is over, and is remembered by the checkpoint", async () => {
    const first = makeToy();
    await first.training.begin();
    await first.batch();
    first.training.complete("good enough");
    expect(first.training.ending).toEqual({ kind: "completed", reason: "good enough" });
    await first.training.epochEnd();
    await first.training.fail(new Error("killed"));
    const second = makeToy({ store: first.store });
    await second.training.begin();
    expect(second.training.ending).toEqual({ kind: "completed", reason: "good enough" });
    expect(await second.training.end()).toEqual({ kind: "completed", reason: "good enough" });
  });

  test("failed: saves nothing more, keeps the last checkpoint, and lets the store go", async () => {
    const first = makeToy({ saveFreq: 1 });
    await first.training.begin();
    await first.batch();
    first.state.weights[0] = NaN;
    await first.training.fail(new Error("out of memory"));
    await first.training.fail(new Error("again"));
    expect(first.training.ending).toEqual({ kind: "failed", reason: "out of memory" });
    expect(first.lines.filter((line) => line.startsWith("onTrainInterrupted"))).toEqual([
      "onTrainInterrupted failed: out of memory",
    ]);
    const second = makeToy({ store: first.store });
    await second.training.begin();
    expect(second.state.weights[0]).toBe(1);
  });

  test("interrupted: nothing is saved", async () => {
    const first = makeToy({ saveFreq: 2 });
    await first.training.begin();
    for (let step = 0; step < 3; step++) await first.batch();
    await first.training.interrupt();
    const second = makeToy({ store: first.store });
    expect(await second.training.begin()).toMatchObject({ step: 2 });
  });

  test.each(["onBatchBegin", "onBatchEnd", "onEpochBegin", "onEpochEnd", "onTrainEnd"] as const)(
    "failed by a throwing %s: rejects with its error and lets the store go",
    async (hook) => {
      const error = new Error(`no ${hook} today`);
      for (const fail of [
        (): never => {
          throw error;
        },
        (): Promise<never> => Promise.reject(error),
      ]) {
        const first = makeToy({ callbacks: [{ [hook]: fail }] });
        await first.training.begin();
        const life = async (): Promise<void> => {
          await first.batch();
          await first.training.epochEnd();
          await first.training.end();
        };
        expect(await rejection(life())).toBe(error);
        expect(first.training.ending).toEqual({ kind: "failed", reason: error.message });
        await makeToy({ store: first.store }).training.begin();
      }
    },
  );

  test("failed by a throwing onTrainBegin: nothing is loaded, and the store is let go", async () => {
    const callbacks = [{ onTrainBegin: () => Promise.reject(new Error("no")) }];
    const first = makeToy({ callbacks });
    expect(await rejection(first.training.begin())).toMatchObject({ message: "no" });
    await makeToy({ store: first.store }).training.begin();
  });

  test("a throwing onTrainInterrupted hides neither the failure nor the others of its kind", async () => {
    const calls: string[] = [];
    const callbacks = [
      { onTrainInterrupted: () => Promise.reject(new Error("cannot clean up")) },
      { onTrainInterrupted: () => calls.push("second") },
    ];
    const first = makeToy({ callbacks, saveFreq: false });
    await first.training.begin();
    await first.training.fail(new Error("out of memory"));
    expect(calls).toEqual(["second"]);
    expect(first.events).toContainEqual(
      expect.objectContaining({
        type: "callbackFailed",
        error: expect.objectContaining({ message: "cannot clean up" }),
      }),
    );
    await makeToy({ store: first.store }).training.begin();
  });

  test("failed by a callback without an error: TRAINING_FAILED says so", async () => {
    const callbacks = [
      {
        onBatchEnd: (...args: readonly unknown[]) =>
          (args[2] as { fail(error?: unknown): void }).fail(),
      },
    ];
    const { training, batch } = makeToy({ callbacks });
    await training.begin();
    expect(await rejection(batch())).toMatchObject({ code: "TRAINING_FAILED", exitCode: 1 });
  });

  test("failed by a policy that throws: rejects with its error and lets the store go", async () => {
    const isDue = (): never => {
      throw new Error("no policy today");
    };
    const first = makeToy({ saveFreq: { name: "broken", epochsOnly: false, isDue } });
    await first.training.begin();
    expect(await rejection(first.batch())).toMatchObject({ message: "no policy today" });
    expect(first.training.ending).toMatchObject({ kind: "failed" });
    await makeToy({ store: first.store }).training.begin();
  });
});
