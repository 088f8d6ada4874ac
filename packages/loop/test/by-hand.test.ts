import { describe, expect, jest, test } from "@jest/globals";
import { EarlyStopping, History, memory, Training } from "@reprise/loop";
import { firstDifference } from "@reprise/testing";
import {
  backupTo,
  checkpointsIn,
  differencesAfterCrashes,
  type Life,
  type Program,
} from "./programs/lives.ts";
import { Recorder } from "./programs/recorder.ts";
import type { Visit } from "./programs/toy.ts";

jest.setTimeout(60_000);

const epochs = 3;
const batches = 4;
const validations = 2;

/** The loop that a worker drives by messages: it asks nobody but the position where it is. */
async function drive(training: Training, sum: Float64Array, visit: Visit): Promise<void> {
  const from = await training.begin();
  let { batch, phase } = from;
  for (let epoch = from.epoch; epoch < epochs && !training.ending; epoch++) {
    if (phase !== "validation") {
      for (; batch < batches && !training.ending; batch++) {
        await visit(`before ${epoch}/${batch}`);
        sum[0] = (sum[0] ?? 0) * 1.1 + 10 * epoch + batch;
        await visit(`after ${epoch}/${batch}`);
        const due = training.batchEnd({ loss: sum[0] });
        if (due) await due;
      }
      batch = 0;
    }
    if (training.ending) break;
    for (; batch < validations; batch++) {
      await visit(`validation ${epoch}/${batch}`);
      const due = training.validation({ loss: (sum[0] ?? 0) / (batch + 1) });
      if (due) await due;
    }
    await visit(`behind ${epoch}`);
    await training.epochEnd({ rate: 1 / (epoch + 1) });
    batch = 0;
    phase = "begin";
  }
  await training.end();
}

const byHand: Program = async ({ backup, visit }: Life) => {
  const sum = new Float64Array(1);
  const history = new History();
  const recorder = new Recorder(visit);
  const stopping = new EarlyStopping({ patience: 100 });
  const training = new Training({
    state: { sum },
    callbacks: [...(backup ? [backup] : []), history, recorder, stopping],
    onCompleted: () => visit("onCompleted"),
  });
  try {
    await drive(training, sum, visit);
  } catch (error) {
    await training.fail(error);
    throw error;
  }
  return {
    sum,
    history: history.stateDict(),
    stopping: stopping.stateDict(),
    lines: recorder.lines,
    ended: training.ending,
  };
};

describe("a training driven by hand", () => {
  const everyMoment = { name: "every moment", epochsOnly: false, isDue: () => true };
  for (const saveFreq of [1, 3, 7, "epoch", everyMoment] as const) {
    const name = typeof saveFreq === "object" ? saveFreq.name : `every ${saveFreq}`;
    test(`ends as though it had not been interrupted, saving ${name}`, async () => {
      expect(await differencesAfterCrashes(byHand, { saveFreq })).toEqual([]);
    });
  }

  test("that is stopped keeps its checkpoint and is gone on from", async () => {
    const undisturbed = await byHand({ visit: () => {} });
    for (let stopAt = 1; stopAt < epochs * batches; stopAt++) {
      const store = memory();
      const sum = new Float64Array(1);
      const training = new Training({
        state: { sum },
        callbacks: [
          backupTo(store),
          new History(),
          new Recorder(),
          new EarlyStopping({ patience: 100 }),
          { onBatchEnd: () => (training.position.step === stopAt ? training.stop() : undefined) },
        ],
      });
      await drive(training, sum, () => {});
      expect(training.ending?.kind).toBe("stopped");
      expect(await checkpointsIn(store)).toHaveLength(1);
      const resumed = await byHand({ backup: backupTo(store), visit: () => {} });
      expect([stopAt, firstDifference(undisturbed, resumed)]).toEqual([stopAt, undefined]);
    }
  });

  test("gives nothing to wait for when nothing is due", async () => {
    const training = new Training({
      state: { x: new Float32Array(1) },
      callbacks: [new History()],
    });
    await training.begin();
    await training.batchEnd();
    const started = performance.now();
    const due = Array.from({ length: 20 }, () => training.batchEnd({ loss: 1 }));
    // Once in many milliseconds it takes a breath, so that timers and signals come through.
    const breaths = due.filter((it) => it !== undefined).length;
    expect(breaths).toBeLessThanOrEqual((performance.now() - started) / 10);
    await training.epochEnd();
    expect((await training.end()).kind).toBe("completed");
  });

  test("that has failed says so to callbacks, once, and lets go of the store", async () => {
    const store = memory();
    const ends: unknown[] = [];
    const make = () => {
      const onTrainInterrupted = (end: unknown): void => void ends.push(end);
      return new Training({ state: {}, callbacks: [backupTo(store), { onTrainInterrupted }] });
    };
    const training = make();
    await training.begin();
    await training.fail(new Error("the page was closed"));
    await training.fail(new Error("and again"));
    expect(ends).toEqual([{ kind: "failed", reason: "the page was closed" }]);
    expect(await make().begin()).toEqual({ epoch: 0, phase: "begin", batch: 0, step: 0 });
  });
});

describe("calls out of order are refused", () => {
  const outOfOrder = expect.objectContaining({ code: "OUT_OF_ORDER", exitCode: 78 });
  const make = () => new Training({ state: {} });

  test("before begin", async () => {
    const training = make();
    expect(() => training.batchEnd()).toThrow(outOfOrder);
    expect(() => training.validation()).toThrow(outOfOrder);
    await expect(training.epochEnd()).rejects.toEqual(outOfOrder);
    await expect(training.end()).rejects.toEqual(outOfOrder);
    expect(await training.begin()).toEqual({ epoch: 0, phase: "begin", batch: 0, step: 0 });
  });

  test("a second begin", async () => {
    const training = make();
    await training.begin();
    await expect(training.begin()).rejects.toEqual(outOfOrder);
  });

  test("after the end, which may be asked for again", async () => {
    const training = make();
    await training.begin();
    const end = await training.end();
    expect(end).toEqual({ kind: "completed", reason: "all epochs are done" });
    expect(() => training.batchEnd()).toThrow(outOfOrder);
    await expect(training.epochEnd()).rejects.toEqual(outOfOrder);
    expect(await training.end()).toEqual(end);
  });
});
