import { describe, expect, jest, test } from "@jest/globals";
import {
  anyOf,
  type Callback,
  everyEpochs,
  everySteps,
  memory,
  type SaveFrequency,
  train,
} from "@reprise/loop";
import { crashIn, crashOf } from "./programs/crash.ts";
import { backupTo, eventsOf, watchedBackup } from "./programs/lives.ts";
import { trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

/** Where the toy, with its four steps an epoch, saves, after crashes at `places`. */
async function savesOf(saveFreq: SaveFrequency, ...places: string[]): Promise<string[]> {
  const store = memory();
  const saves: string[] = [];
  for (const place of [...places, "nowhere"]) {
    const { backup, events } = watchedBackup(store, { saveFreq, sync: true });
    await crashOf(trainToy({ backup, visit: crashIn(place) }));
    for (const { position } of eventsOf(events, "saved")) {
      saves.push(`${position.epoch}:${position.step}`);
    }
  }
  return saves;
}

describe("saves come exactly", () => {
  test("every so many steps, counted on across epochs", async () => {
    expect(await savesOf(5)).toEqual(["1:5", "2:10"]);
    expect(await savesOf(3)).toEqual(["0:3", "1:6", "2:9", "2:12"]);
    expect(await savesOf(1)).toHaveLength(12);
    expect(await savesOf(13)).toEqual([]);
  });

  test("every so many steps, wherever the run was resumed", async () => {
    const saves = await savesOf(5, "before update 0/3", "after update 1/3", "onEpochEnd 1");
    expect(saves).toEqual(["1:5", "2:10"]);
    expect(await savesOf(3, "before update 1/0", "before update 2/3")).toEqual(await savesOf(3));
  });

  test("every so many steps, though a stop has saved in between", async () => {
    const store = memory();
    const saves: number[] = [];
    for (const stopAt of [3, 7, 12]) {
      const { backup, events } = watchedBackup(store, { saveFreq: 5, sync: true });
      const stopper: Callback = {
        onBatchEnd: (_batch, _logs, training) => {
          if (training.position.step === stopAt) training.stop();
        },
      };
      await trainToy({ backup, arrange: (all) => [...all, stopper] });
      saves.push(...eventsOf(events, "saved").map(({ position }) => position.step));
    }
    expect(saves).toEqual([3, 5, 7, 10, 12]);
  });

  test("every epoch", async () => {
    expect(await savesOf("epoch")).toEqual(["1:4", "2:8", "3:12"]);
    expect(await savesOf("epoch", "before update 1/2")).toEqual(["1:4", "2:8", "3:12"]);
    expect(await savesOf(everyEpochs(2))).toEqual(["2:8"]);
    expect(await savesOf(everyEpochs(2), "onEpochBegin 1", "onEpochBegin 2")).toEqual(["2:8"]);
  });

  test("when any of several policies is due", async () => {
    const saves = await savesOf(anyOf(everySteps(5), everyEpochs(1)));
    expect(saves).toEqual(["1:4", "1:5", "2:8", "2:10", "3:12"]);
  });

  test("never, unless the run is stopped", async () => {
    expect(await savesOf(false)).toEqual([]);
  });
});

describe("a run of steps without epochs", () => {
  async function stepTo(count: number, store = memory(), crash?: number) {
    const state = { sum: new Float64Array(1) };
    const { backup, events } = watchedBackup(store, { saveFreq: 4, sync: true });
    const run = await train({ state, callbacks: [backup] });
    const indices: number[] = [];
    try {
      for await (const step of run.steps(count)) {
        indices.push(step.index);
        state.sum[0] = (state.sum[0] ?? 0) * 0.5 + step.index;
        if (step.index === crash) throw new RangeError("crash");
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    const saves = eventsOf(events, "saved").map(({ position }) => position.step);
    return { indices, saves, sum: state.sum[0], ended: run.ended?.kind };
  }

  test("is resumed at its very step and saved at the same rhythm", async () => {
    const undisturbed = await stepTo(11);
    expect(undisturbed.saves).toEqual([4, 8]);
    for (let crash = 0; crash < 11; crash++) {
      const store = memory();
      const first = await stepTo(11, store, crash);
      const second = await stepTo(11, store);
      const savedAt = Math.floor(crash / 4) * 4;
      expect([crash, first.ended]).toEqual([crash, "interrupted"]);
      expect(second.indices[0]).toBe(savedAt);
      expect([...first.saves, ...second.saves]).toEqual([4, 8]);
      expect(second.sum).toBe(undisturbed.sum);
      expect(second.ended).toBe("completed");
    }
  });

  test("refuses a policy that waits for epochs, before the first step", async () => {
    for (const saveFreq of ["epoch", everyEpochs(3)] as const) {
      const run = await train({ state: {}, callbacks: [backupTo(memory(), { saveFreq })] });
      expect(() => run.steps(10)).toThrow(
        expect.objectContaining({
          code: "INVALID_ARGUMENT",
          message: expect.stringMatching(/saveFreq/),
        }),
      );
    }
  });
});
