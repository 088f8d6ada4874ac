import { describe, expect, jest, test } from "@jest/globals";
import { type Callback, History, memory, type StateDict, train } from "@reprise/loop";
import { firstDifference } from "@reprise/testing";
import { crashIn, crashOf } from "./programs/crash.ts";
import {
  backupTo,
  differencesAfterCrashes,
  eventsOf,
  type Life,
  watchedBackup,
} from "./programs/lives.ts";
import { Recorder } from "./programs/recorder.ts";
import { type ToyState, trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

/** Counts the epochs it has seen; keeps that in the checkpoint. */
class Counter implements Callback {
  epochs = 0;
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  onEpochEnd(): void {
    this.epochs++;
  }

  stateDict(): StateDict {
    return { epochs: this.epochs };
  }

  loadStateDict(dict: StateDict): void {
    this.epochs = dict["epochs"] as number;
  }
}

const withoutKey = {
  onEpochEnd: () => {},
  stateDict: () => ({}),
  loadStateDict: () => {},
};

describe("the place of the backup among the callbacks", () => {
  // In Keras, what a callback behind the backup changes at the end of an epoch is lost.
  const decaying = (optimizer: { learningRate: number }): Callback => ({
    onEpochEnd: () => void (optimizer.learningRate *= 0.5),
  });

  test("does not change what is saved", async () => {
    const program =
      (isFirst: boolean) =>
      async ({ backup, visit }: Life): Promise<unknown> => {
        const state = { optimizer: { learningRate: 1 }, sum: new Float64Array(1) };
        const history = new History();
        const others = [decaying(state.optimizer), history];
        const backups = backup ? [backup] : [];
        const callbacks = isFirst ? [...backups, ...others] : [...others, ...backups];
        const run = await train({ state, epochs: 4, callbacks });
        for await (const epoch of run.epochs()) {
          for await (const batch of epoch.batches([1, 2, 3])) {
            await visit(`batch ${batch.index} of ${epoch.index}`);
            state.sum[0] = (state.sum[0] ?? 0) + state.optimizer.learningRate * batch.value;
            batch.logs["sum"] = state.sum[0];
          }
        }
        return { state, history: history.stateDict() };
      };
    for (const isFirst of [true, false]) {
      expect(await differencesAfterCrashes(program(isFirst))).toEqual([]);
    }
  });

  test("and the order of the others may change from start to start", async () => {
    const undisturbed = await trainToy();
    const rotations = [0, 1, 2, 3].map((by) => (all: readonly Callback[]) => [
      ...all.slice(by),
      ...all.slice(0, by),
    ]);
    for (const before of rotations) {
      const store = memory();
      const backup = () => backupTo(store, { saveFreq: 1 });
      const crash = crashIn("validation 1/1");
      await crashOf(trainToy({ backup: backup(), visit: crash, arrange: before }));
      const resumed = await trainToy({ backup: backup(), arrange: (all) => all.toReversed() });
      expect(firstDifference(undisturbed, resumed)).toBeUndefined();
    }
  });
});

describe("callbacks that change from one start to the next", () => {
  async function liveWith(store: ReturnType<typeof memory>, added: Callback[], place: string) {
    const { backup, events } = watchedBackup(store);
    const arrange = (callbacks: readonly Callback[]) => [...callbacks, ...added];
    await crashOf(trainToy({ backup, visit: crashIn(place), arrange }));
    return eventsOf(events, "callbacksChanged");
  }

  test("are reported by key, and all others are restored", async () => {
    const store = memory();
    const kept = () => new Counter("kept");
    expect(await liveWith(store, [kept(), new Counter("old")], "before update 2/0")).toEqual([]);
    const last = { kept: kept(), added: new Counter("new") };
    const changes = await liveWith(store, [last.added, last.kept], "nowhere");
    expect(changes).toMatchObject([{ added: ["new"], removed: ["old"] }]);
    expect([last.kept.epochs, last.added.epochs]).toEqual([3, 1]);
  });

  test("go unreported where they have no state", async () => {
    const store = memory();
    const stateless: Callback = { onEpochEnd: () => {} };
    await liveWith(store, [stateless], "before update 1/0");
    expect(await liveWith(store, [], "nowhere")).toEqual([]);
  });
});

describe("callbacks that could not be told apart in a checkpoint", () => {
  test("are refused without a key, before anything is claimed", async () => {
    const store = memory();
    const life = trainToy({ backup: backupTo(store), arrange: (all) => [...all, withoutKey] });
    await expect(life).rejects.toMatchObject({
      code: "INVALID_CALLBACK_KEY",
      message: expect.stringContaining("to have a key"),
    });
    expect(await store.list()).toEqual([]);
  });

  test("are refused with one key for two", async () => {
    const life = trainToy({ arrange: (all) => [...all, new Recorder()] });
    await expect(life).rejects.toMatchObject({
      code: "INVALID_CALLBACK_KEY",
      message: expect.stringContaining('found "recorder" twice'),
    });
  });

  test("have keys by default where they watch different things", async () => {
    const histories = [new History(), new History({ key: "second history" })];
    const run = await train({ state: {}, epochs: 0, callbacks: histories });
    for await (const _ of run.epochs());
    expect(run.ended?.kind).toBe("completed");
  });
});

test("a callback that cannot load its state fails the start", async () => {
  const store = memory();
  const crash = trainToy({ backup: backupTo(store), visit: crashIn("before update 1/0") });
  expect(await crashOf(crash)).toBe("before update 1/0");
  const picky = new Recorder();
  picky.loadStateDict = () => {
    throw new Error("an older version wrote this");
  };
  const state: { last?: ToyState } = {};
  const life = trainToy({
    backup: backupTo(store),
    arrange: (all) => [...all.filter((it) => it.key !== "recorder"), picky],
    onCompleted: (it) => (state.last = it),
  });
  await expect(life).rejects.toMatchObject({
    code: "LOAD_FAILED",
    details: { path: "callbacks.recorder" },
  });
  expect(state.last).toBeUndefined();
  const resumed = await trainToy({ backup: backupTo(store) });
  expect(firstDifference(await trainToy(), resumed)).toBeUndefined();
});
