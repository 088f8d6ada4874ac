import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { makeToy, rejection, typesOf } from "./toy.ts";
import { gatedStore } from "./gated-store.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

/** A clock that stands still until the test moves it. */
function makeClock(): { seconds: number } {
  const clock = { seconds: 0 };
  jest.spyOn(performance, "now").mockImplementation(() => clock.seconds * 1000);
  return clock;
}

/** Lets everything go on until what is waited for is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate();
}

describe("a save in the background", () => {
  test("there is none with a store that asks for none: the batch waits until it is durable", async () => {
    const gate = gatedStore();
    const store = { ...gate.store, supports: { durable: true, background: false } };
    const toy = makeToy({ store, sync: false, saveFreq: 1 });
    await toy.training.begin();
    gate.isClosed = true;
    const batch = toy.batch();
    await gate.arrived();
    const first = await Promise.race([batch?.then(() => "the batch"), setImmediate("a moment")]);
    expect(first).toBe("a moment");
    gate.open();
    await batch;
    expect(await gate.checkpoints()).toHaveLength(1);
  });

  test("does not hold up the loop, and holds the state of the moment it was asked for", async () => {
    const gate = gatedStore();
    makeClock();
    const first = makeToy({ store: gate.store, sync: false, saveFreq: 1 });
    await first.training.begin();
    gate.isClosed = true;
    await first.batch();
    await gate.arrived();
    // Training goes on while the save waits at the disk, and saves no more since both buffers wait.
    first.state.weights[0] = 77;
    expect(await gate.checkpoints()).toEqual([]);
    gate.open();
    await first.training.fail(new Error("killed"));

    const second = makeToy({ store: gate.store });
    await second.training.begin();
    expect(second.state.weights[0]).toBe(1);
  });

  test("of those that wait for the disk the newest is saved; each that was replaced is reported", async () => {
    const gate = gatedStore();
    makeClock();
    const toy = makeToy({ store: gate.store, sync: false, saveFreq: 1 });
    await toy.training.begin();
    gate.isClosed = true;
    await toy.batch();
    await gate.arrived();
    for (let step = 2; step <= 5; step++) await toy.batch();
    expect(typesOf(toy)).toEqual(["started", "saveSuperseded", "saveSuperseded", "saveSuperseded"]);
    gate.open();
    await toy.training.fail(new Error("killed"));
    expect(
      toy.events.flatMap((event) => (event.type === "saved" ? [event.position.step] : [])),
    ).toEqual([1, 5]);
    expect(await gate.checkpoints()).toEqual(["checkpoint-1-2.safetensors"]);
    expect(await makeToy({ store: gate.store }).training.begin()).toMatchObject({ step: 5 });
  });

  test("that the run ends with is waited for, and is of its last state", async () => {
    const gate = gatedStore();
    makeClock();
    const toy = makeToy({ store: gate.store, sync: false, saveFreq: 1 });
    await toy.training.begin();
    gate.isClosed = true;
    for (let step = 1; step <= 4; step++) await toy.batch();
    toy.training.stop();
    const stopped = toy.batch();
    await gate.arrived();
    gate.open();
    await stopped;
    await toy.training.end();
    const next = makeToy({ store: gate.store });
    expect(await next.training.begin()).toMatchObject({ step: 5 });
    expect(next.state.weights[0]).toBe(5);
  });

  test("is not repeated by a stop at the very same position", async () => {
    const toy = makeToy({ saveFreq: 2 });
    await toy.training.begin();
    await toy.batch();
    await toy.batch();
    toy.training.stop();
    await toy.training.end();
    expect(typesOf(toy).filter((type) => type === "saved")).toHaveLength(1);
  });

  test("with sync is durable when batchEnd resolves", async () => {
    const gate = gatedStore();
    const toy = makeToy({ store: gate.store, saveFreq: 1 });
    await toy.training.begin();
    await toy.batch();
    expect(await gate.checkpoints()).toEqual(["checkpoint-1-1.safetensors"]);
  });
});

describe("a save that fails", () => {
  test.each([{ sync: true }, { sync: false }])(
    "is the failure of the run if it is the first: the run was never protected (%j)",
    async (options) => {
      const gate = gatedStore();
      gate.isBroken = true;
      const toy = makeToy({ ...options, store: gate.store, saveFreq: 1, onSaveError: "warn" });
      await toy.training.begin();
      const life = async (): Promise<void> => {
        for (;;) await toy.batch();
      };
      expect(await rejection(life())).toMatchObject({
        code: "SAVE_FAILED",
        exitCode: 1,
        cause: expect.objectContaining({ code: "STORE_FULL" }),
        message: expect.stringContaining("no space left"),
      });
      expect(toy.training.ending).toMatchObject({ kind: "failed" });
      expect(toy.lines.at(-1)).toMatch(/^onTrainInterrupted failed: .*no space left/);
      await makeToy({ store: gate.store }).training.begin();
    },
  );

  test.each([{ sync: true }, { sync: false }])(
    "fails the run with onSaveError throw, and the last good checkpoint stays (%j)",
    async (options) => {
      const gate = gatedStore();
      const toy = makeToy({ ...options, store: gate.store, saveFreq: 1, onSaveError: "throw" });
      await toy.training.begin();
      await toy.batch();
      while (!typesOf(toy).includes("saved")) await toy.training.validation();
      gate.isBroken = true;
      const life = async (): Promise<void> => {
        for (;;) await toy.batch();
      };
      expect(await rejection(life())).toMatchObject({ code: "SAVE_FAILED" });
      expect(await gate.checkpoints()).toHaveLength(1);
    },
  );

  test("later is reported, touches nothing, and is made good by the next one", async () => {
    const gate = gatedStore();
    const toy = makeToy({ store: gate.store, saveFreq: 1 });
    await toy.training.begin();
    await toy.batch();
    gate.isBroken = true;
    await toy.batch();
    expect(toy.events.at(-1)).toMatchObject({
      type: "saveFailed",
      position: { step: 2 },
      error: { code: "SAVE_FAILED", details: { position: { step: 2 } } },
    });
    expect(await gate.checkpoints()).toEqual(["checkpoint-1-1.safetensors"]);
    gate.isBroken = false;
    await toy.batch();
    expect(typesOf(toy)).toEqual(["started", "saved", "saveFailed", "saved"]);
    expect(await gate.checkpoints()).toEqual(["checkpoint-1-3.safetensors"]);
  });

  test("is tried again a second later, whatever the policy says, and then no more", async () => {
    const clock = makeClock();
    const gate = gatedStore();
    const toy = makeToy({ store: gate.store, saveFreq: 10 });
    await toy.training.begin();
    for (let step = 1; step <= 10; step++) await toy.batch();
    gate.isBroken = true;
    for (let step = 11; step <= 20; step++) await toy.batch();
    gate.isBroken = false;
    clock.seconds = 0.9;
    await toy.batch();
    expect(typesOf(toy)).toEqual(["started", "saved", "saveFailed"]);
    clock.seconds = 1;
    for (let step = 22; step <= 29; step++) await toy.batch();
    expect(toy.events.at(-1)).toMatchObject({ type: "saved", position: { step: 22 } });
    expect(typesOf(toy)).toEqual(["started", "saved", "saveFailed", "saved"]);
  });

  test("while a newer one waits is made good by that one", async () => {
    const clock = makeClock();
    const gate = gatedStore();
    const toy = makeToy({ store: gate.store, sync: false, saveFreq: 2 });
    await toy.training.begin();
    await toy.batch();
    await toy.batch();
    await until(() => typesOf(toy).includes("saved"));
    gate.isClosed = true;
    for (let step = 3; step <= 4; step++) await toy.batch();
    await gate.arrived();
    for (let step = 5; step <= 6; step++) await toy.batch();
    gate.isBroken = true;
    gate.open();
    await until(() => typesOf(toy).includes("saveFailed"));
    gate.isBroken = false;
    await until(() => typesOf(toy).at(-1) === "saved");
    clock.seconds = 5;
    await toy.batch();
    await toy.training.fail(new Error("killed"));
    expect(typesOf(toy)).toEqual(["started", "saved", "saveFailed", "saved", "savesLost"]);
  });

  test("because the state cannot be saved any more fails the run at once", async () => {
    const toy = makeToy({ saveFreq: 1 });
    await toy.training.begin();
    await toy.batch();
    Object.assign(toy.state, { weights: () => {} });
    expect(await rejection(toy.training.batchEnd())).toMatchObject({ code: "UNSUPPORTED_STATE" });
    expect(toy.training.ending).toMatchObject({ kind: "failed" });
  });

  test("because another run took over fails the run, whatever onSaveError says", async () => {
    const toy = makeToy({ saveFreq: 1 });
    await toy.training.begin();
    await toy.batch();
    const lease = JSON.stringify({
      reprise: 1,
      fence: 2,
      state: "held",
      run: "somebody else",
      holder: null,
      tombstone: 0,
      finished: null,
    });
    const bytes = new TextEncoder().encode(`${lease}\n${lease}\n`);
    await toy.store.create("lease-2.json", [bytes]);
    expect(await rejection(toy.batch())).toMatchObject({ code: "SUPERSEDED", exitCode: 78 });
    expect(await toy.store.list()).toEqual([
      "lease-1.json",
      "ledger-1-1.jsonl",
      "checkpoint-1-1.safetensors",
      "lease-2.json",
    ]);
  });
});

describe("what is reported of saves", () => {
  test("each one with its name, position and size", async () => {
    const toy = makeToy({ saveFreq: 1 });
    await toy.training.begin();
    await toy.batch();
    const { byteLength } = await toy.store.read("checkpoint-1-1.safetensors");
    expect(toy.events.at(-1)).toMatchObject({
      type: "saved",
      name: "checkpoint-1-1.safetensors",
      position: { epoch: 0, phase: "batches", batch: 1, step: 1 },
      bytes: byteLength,
    });
  });

  test("a tensor that training never changes, once, unless it is meant to be frozen", async () => {
    for (const frozen of [[], ["still"]]) {
      const toy = makeToy({ saveFreq: 1, frozen });
      Object.assign(toy.state, { still: Float32Array.of(1, 2, 3) });
      await toy.training.begin();
      for (let step = 1; step <= 6; step++) await toy.batch();
      const unchanged = toy.events.filter(({ type }) => type === "unchanged");
      expect(unchanged).toEqual(
        frozen.length > 0 ? [] : [expect.objectContaining({ tensors: ["state.still"] })],
      );
    }
  });

  test("an onEvent that throws is reported itself, and costs neither the save nor the run", async () => {
    const warn = jest.spyOn(console, "warn").mockImplementation(() => {});
    const onEvent = (): never => {
      throw new Error("no space for logs");
    };
    const first = makeToy({ saveFreq: 1, onEvent });
    await first.training.begin();
    await first.batch();
    await first.batch();
    await first.training.fail(new Error("killed"));
    expect(await makeToy({ store: first.store }).training.begin()).toMatchObject({ step: 2 });
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^reprise: .*no space for logs/));
  });
});
