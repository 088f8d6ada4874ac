import { describe, expect, test } from "@jest/globals";
import type { Callback } from "../../src/lifecycle/callback.ts";
import type { StateDict } from "../../src/snapshot/training-state.ts";
import { makeToy, rejection, typesOf } from "./toy.ts";

describe("a resume", () => {
  test("goes on in the middle of an epoch, and begins nothing again", async () => {
    const first = makeToy({ saveFreq: 3 });
    await first.training.begin();
    for (let step = 0; step < 4; step++) await first.batch(step);
    await first.training.fail(new Error("killed"));

    const second = makeToy({ store: first.store, saveFreq: 3 });
    const from = await second.training.begin();
    expect(from).toEqual({ epoch: 0, phase: "batches", batch: 3, step: 3 });
    expect(second.training.resumed).toBe(true);
    expect(second.state.weights[0]).toBe(3);
    await second.batch(3);
    await second.training.epochEnd();
    expect(second.lines).toEqual([
      "onTrainBegin true",
      "onBatchBegin 3",
      'onBatchEnd 3 {"loss":3}',
      'onEpochEnd 0 {"loss":1.5}',
    ]);
  });

  test("behind the last epoch tells onTrainEnd what the uninterrupted run tells it", async () => {
    const first = makeToy();
    await first.training.begin();
    await first.batch(0.25);
    await first.training.epochEnd();
    await first.training.fail(new Error("killed"));
    const second = makeToy({ store: first.store });
    await second.training.begin();
    await second.training.end();
    expect(second.lines).toEqual(["onTrainBegin true", 'onTrainEnd {"loss":0.25}']);
  });

  test("tells of callbacks that were added and removed, and restores the others", async () => {
    class Counter implements Callback {
      readonly key: string;
      count = 0;
      constructor(key: string) {
        this.key = key;
      }
      onBatchEnd(): void {
        this.count++;
      }
      stateDict(): StateDict {
        return { count: this.count };
      }
      loadStateDict(dict: StateDict): void {
        this.count = dict["count"] as number;
      }
    }
    const first = makeToy({
      saveFreq: 1,
      callbacks: [new Counter("kept"), new Counter("removed")],
    });
    await first.training.begin();
    await first.batch();
    await first.training.fail(new Error("killed"));

    const kept = new Counter("kept");
    const second = makeToy({ store: first.store, callbacks: [kept, new Counter("added")] });
    await second.training.begin();
    expect(kept.count).toBe(1);
    expect(second.events).toContainEqual(
      expect.objectContaining({ type: "callbacksChanged", added: ["added"], removed: ["removed"] }),
    );
  });

  test("that does not fit loads nothing, calls no onTrainBegin, and lets the store go", async () => {
    const first = makeToy({ saveFreq: 1, fingerprint: { hidden: 64 } });
    await first.training.begin();
    await first.batch();
    await first.training.fail(new Error("killed"));

    const second = makeToy({ store: first.store, fingerprint: { hidden: 128 } });
    expect(await rejection(second.training.begin())).toMatchObject({
      code: "STATE_MISMATCH",
      message: expect.stringMatching(/hidden.*64.*128/),
    });
    expect(second.state.weights[0]).toBe(0);
    expect(second.lines).toEqual([expect.stringMatching(/^onTrainInterrupted failed/)]);
    const third = makeToy({ store: first.store, fingerprint: { hidden: 64 } });
    await third.training.begin();
    expect(third.state.weights[0]).toBe(1);
  });

  test("from nothing is an event, and refused with mustResume", async () => {
    const first = makeToy();
    await first.training.begin();
    expect(typesOf(first)).toEqual(["started"]);
    const second = makeToy({ mustResume: true });
    expect(await rejection(second.training.begin())).toMatchObject({ code: "CHECKPOINT_MISSING" });
    expect(second.lines).toEqual([]);
  });
});
