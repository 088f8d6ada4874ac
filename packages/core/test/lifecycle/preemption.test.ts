import { describe, expect, test } from "@jest/globals";
import type { Position } from "../../src/position/position.ts";
import type { Preemption } from "../../src/store/preemption.ts";
import { gatedStore } from "./gated-store.ts";
import { makeToy, rejection, typesOf } from "./toy.ts";

interface Notice extends Preemption {
  /** Says that the machine will go. */
  readonly give: (reason: string) => void;
  readonly exits: { readonly code: number; readonly checkpoints: readonly string[] }[];
  readonly watchers: Set<(reason: string) => void>;
}

/** A preemption whose exit notes what was durable at that moment, and returns. */
function makeNotice(checkpoints: () => Promise<readonly string[]> = async () => []): Notice {
  const watchers = new Set<(reason: string) => void>();
  const exits: { code: number; checkpoints: readonly string[] }[] = [];
  return {
    watchers,
    exits,
    give: (reason) => {
      for (const notify of watchers) notify(reason);
    },
    watch(notify) {
      watchers.add(notify);
      return () => watchers.delete(notify);
    },
    async exit(code): Promise<never> {
      exits.push({ code, checkpoints: await checkpoints() });
      throw new Error("the process has ended");
    },
  };
}

describe("a preemption", () => {
  test("finishes the batch, saves, waits until that is durable, calls the hooks, and exits with 75", async () => {
    const gate = gatedStore();
    const notice = makeNotice(() => gate.checkpoints());
    const first = makeToy({ store: gate.store, sync: false, saveFreq: false, preemption: notice });
    await first.training.begin();
    await first.batch();
    notice.give("SIGTERM");
    gate.isClosed = true;
    const last = first.batch();
    await gate.arrived();
    expect(notice.exits).toEqual([]);
    gate.open();
    expect(await rejection(last)).toMatchObject({ message: "the process has ended" });
    expect(notice.exits).toEqual([{ code: 75, checkpoints: ["checkpoint-1-1.safetensors"] }]);
    expect(first.lines.at(-1)).toBe("onTrainInterrupted preempted: SIGTERM");
    expect(typesOf(first)).toEqual(["started", "saved", "preempted"]);

    const second = makeToy({ store: gate.store });
    expect(await second.training.begin()).toMatchObject({ step: 2 });
    expect(second.state.weights[0]).toBe(2);
  });

  test("is asked for at every boundary, and seen at the one at which it is there", async () => {
    const asked: number[] = [];
    const polled = (position: Position): string | undefined => {
      asked.push(position.step);
      return position.step === 3 ? "the flag is up" : undefined;
    };
    const preemption = { watch: () => () => {}, poll: polled };
    const toy = makeToy({ saveFreq: false, preemption });
    await toy.training.begin();
    await toy.batch();
    await toy.batch();
    const error = await rejection(toy.batch());
    expect(error).toMatchObject({ code: "PREEMPTED" });
    expect(String(error)).toContain("the flag is up: saved");
    expect(asked).toEqual([1, 2, 3]);

    const second = makeToy({ store: toy.store });
    expect(await second.training.begin()).toMatchObject({ step: 3 });
  });

  test("with onPreemption throw rejects with PREEMPTED instead", async () => {
    const notice = makeNotice();
    const toy = makeToy({ saveFreq: false, preemption: notice, onPreemption: "throw" });
    await toy.training.begin();
    notice.give("SIGUSR2");
    expect(await rejection(toy.batch())).toMatchObject({
      code: "PREEMPTED",
      exitCode: 75,
      message: expect.stringContaining("SIGUSR2"),
      details: { reason: "SIGUSR2", saved: true },
    });
    expect(notice.exits).toEqual([]);
    expect(toy.training.ending).toEqual({ kind: "preempted", reason: "SIGUSR2" });
    await makeToy({ store: toy.store }).training.begin();
  });

  test("saves nothing twice at a position that was saved already", async () => {
    const notice = makeNotice();
    const toy = makeToy({ saveFreq: 1, preemption: notice, onPreemption: "throw" });
    await toy.training.begin();
    await toy.batch();
    notice.give("SIGTERM");
    await rejection(toy.training.epochEnd());
    expect(typesOf(toy).filter((type) => type === "saved")).toHaveLength(2);
    await makeToy({ store: toy.store }).training.begin();

    const other = makeToy({ saveFreq: 1, preemption: notice, onPreemption: "throw" });
    await other.training.begin();
    await other.batch();
    notice.give("SIGTERM");
    expect(await rejection(other.training.enterPhase("batches", "training"))).toMatchObject({
      code: "PREEMPTED",
    });
    expect(typesOf(other).filter((type) => type === "saved")).toHaveLength(1);
  });

  test("during validation saves there, and resumes there", async () => {
    const notice = makeNotice();
    const first = makeToy({ saveFreq: false, preemption: notice, onPreemption: "throw" });
    await first.training.begin();
    await first.batch();
    await first.training.validation({ loss: 1 });
    notice.give("SIGTERM");
    await rejection(first.training.validation({ loss: 3 }));
    const second = makeToy({ store: first.store });
    expect(await second.training.begin()).toMatchObject({ phase: "validation", batch: 2, step: 1 });
    await second.training.validation({ loss: 5 });
    await second.training.epochEnd();
    expect(second.lines.at(-1)).toBe('onEpochEnd 0 {"loss":1,"val_loss":3}');
  });

  test("whose save fails says so, and that the last good checkpoint is what counts", async () => {
    const gate = gatedStore();
    const notice = makeNotice();
    const options = { saveFreq: 1, preemption: notice, onPreemption: "throw" } as const;
    const toy = makeToy({ ...options, store: gate.store });
    await toy.training.begin();
    await toy.batch();
    gate.isBroken = true;
    notice.give("SIGTERM");
    expect(await rejection(toy.batch())).toMatchObject({
      code: "PREEMPTED",
      message: expect.stringContaining("failed"),
      details: { saved: false },
    });
    expect(typesOf(toy)).toEqual(["started", "saved", "saveFailed", "preempted", "savesLost"]);
  });

  test("ends the process also when a callback fails at it", async () => {
    const notice = makeNotice();
    const callbacks = [{ onTrainInterrupted: () => Promise.reject(new Error("cannot clean up")) }];
    const toy = makeToy({ saveFreq: false, preemption: notice, callbacks });
    await toy.training.begin();
    notice.give("SIGTERM");
    await rejection(toy.batch());
    expect(notice.exits.map(({ code }) => code)).toEqual([75]);
    expect(typesOf(toy)).toContain("callbackFailed");
  });

  test("after a failure was flagged saves nothing: the failure is the end", async () => {
    const notice = makeNotice();
    const callbacks = [
      {
        onBatchEnd: (
          _batch: number,
          _logs: object,
          training: { fail(error: unknown): void },
        ): void => {
          training.fail(new Error("flagged"));
          notice.give("SIGTERM");
        },
      },
    ];
    const toy = makeToy({ saveFreq: 1, preemption: notice, callbacks });
    await toy.training.begin();
    expect(await rejection(toy.batch())).toMatchObject({ message: "flagged" });
    expect(notice.exits).toEqual([]);
    expect(typesOf(toy)).toEqual(["started"]);
  });

  test("is listened to while the run lives, and no longer", async () => {
    const notice = makeNotice();
    for (const end of ["end", "fail", "interrupt"] as const) {
      const toy = makeToy({ preemption: notice });
      expect(notice.watchers.size).toBe(0);
      await toy.training.begin();
      expect(notice.watchers.size).toBe(1);
      await (end === "fail" ? toy.training.fail(new Error("killed")) : toy.training[end]());
      expect(notice.watchers.size).toBe(0);
    }
  });

  test("is not listened to with preemption: false", async () => {
    const notice = makeNotice();
    const gate = gatedStore();
    const store = { ...gate.store, preemption: notice };
    await makeToy({ store, preemption: false }).training.begin();
    expect(notice.watchers.size).toBe(0);
    gate.open();
  });
});
