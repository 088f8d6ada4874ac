import { describe, expect, jest, test } from "@jest/globals";
import { type CheckpointStore, memory } from "@reprise/loop";
import { firstDifference } from "@reprise/testing";
import { backupTo, checkpointsIn, eventsOf, watchedBackup } from "./programs/lives.ts";
import { type ToyOptions, trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

/** A store in which creating checkpoints fails while `isBroken` says so. */
function breakable(
  isBroken: (attempt: number) => boolean,
  store: CheckpointStore = memory(),
): CheckpointStore {
  let attempts = 0;
  return {
    ...store,
    async create(name, chunks) {
      if (name.startsWith("checkpoint-") && isBroken(++attempts)) {
        throw new Error("the disk is on fire");
      }
      await store.create(name, chunks);
    },
  };
}

/** Retries come after a second: this lets the clock go by that much between two steps. */
const waitBeforeUpdate = (wanted: string): ToyOptions => ({
  visit: async (place) => {
    if (place === wanted) await new Promise((resolve) => setTimeout(resolve, 1050));
  },
});

describe("a save that fails", () => {
  test("is reported, loses nothing, and the run goes on to the same end", async () => {
    const store = breakable((attempt) => attempt === 3 || attempt === 4);
    const { backup, events } = watchedBackup(store, { saveFreq: 2, sync: true });
    const result = await trainToy({ backup });
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
    expect(eventsOf(events, "saveFailed").map(({ position }) => position.step)).toEqual([6, 8]);
    expect(eventsOf(events, "saveFailed")[0]?.error).toMatchObject({
      code: "SAVE_FAILED",
      message: expect.stringMatching(/last good checkpoint is untouched.*the disk is on fire/),
    });
    expect(eventsOf(events, "saved").map(({ position }) => position.step)).toEqual([2, 4, 10, 12]);
  });

  test("leaves the last good checkpoint to resume from", async () => {
    const store = memory();
    const breaking = breakable((attempt) => attempt > 2, store);
    const failing = { backup: backupTo(breaking, { saveFreq: 2, sync: true }) };
    const crash = new Error("crash");
    const visit = (place: string) => {
      if (place === "before update 2/0") throw crash;
    };
    await expect(trainToy({ ...failing, visit })).rejects.toBe(crash);
    expect(await checkpointsIn(store)).toHaveLength(1);
    const { backup, events } = watchedBackup(store, { saveFreq: false });
    const result = await trainToy({ backup });
    expect(eventsOf(events, "resumed").map(({ position }) => position.step)).toEqual([4]);
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
  });

  test("is tried again at the next save point after a second, whatever the policy says", async () => {
    const store = breakable((attempt) => attempt === 2);
    const { backup, events } = watchedBackup(store, { saveFreq: 4, sync: true });
    await trainToy({ backup, ...waitBeforeUpdate("before update 2/1") });
    expect(eventsOf(events, "saveFailed").map(({ position }) => position.step)).toEqual([8]);
    expect(eventsOf(events, "saved").map(({ position }) => position.step)).toEqual([4, 10, 12]);
  });

  test("fails the run when it is the first: it was never protected", async () => {
    const store = breakable(() => true);
    const life = trainToy({ backup: backupTo(store, { saveFreq: 2, onSaveError: "warn" }) });
    await expect(life).rejects.toMatchObject({
      code: "SAVE_FAILED",
      cause: expect.objectContaining({ message: "the disk is on fire" }),
    });
    expect(await checkpointsIn(store)).toEqual([]);
  });

  test("does not fail a run that resumed: it is protected by what it resumed from", async () => {
    const store = breakable((attempt) => attempt === 2);
    const crash = new Error("crash");
    const visit = (place: string) => {
      if (place === "onEpochBegin 1") throw crash;
    };
    await expect(trainToy({ backup: backupTo(store), visit })).rejects.toBe(crash);
    const { backup, events } = watchedBackup(store);
    const result = await trainToy({ backup });
    expect(eventsOf(events, "saveFailed")).toHaveLength(1);
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
  });

  test("fails the run where that is wanted, with the last good checkpoint intact", async () => {
    const store = breakable((attempt) => attempt === 2);
    const options = { saveFreq: 2, onSaveError: "throw" } as const;
    await expect(trainToy({ backup: backupTo(store, options) })).rejects.toMatchObject({
      code: "SAVE_FAILED",
    });
    expect(await checkpointsIn(store)).toHaveLength(1);
    const result = await trainToy({ backup: backupTo(store, options) });
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
  });

  test("at the end of a run whose checkpoint is kept makes the next start do the rest", async () => {
    const store = breakable((attempt) => attempt === 3 || attempt === 4);
    const keep = { deleteCheckpoint: false, sync: true };
    const { backup, events } = watchedBackup(store, keep);
    await trainToy({ backup });
    expect(eventsOf(events, "saveFailed")).toHaveLength(2);
    const second = watchedBackup(store, keep);
    const again = await trainToy({ backup: second.backup });
    expect(eventsOf(second.events, "resumed").map(({ position }) => position.step)).toEqual([8]);
    expect(firstDifference(await trainToy(), again)).toBeUndefined();
  });
});

test("saves in the background never hold the loop up, and the newest one wins", async () => {
  const store = memory();
  let begin: () => void = () => {};
  let finish: () => void = () => {};
  const isBegun = new Promise<void>((resolve) => (begin = resolve));
  const isFinished = new Promise<void>((resolve) => (finish = resolve));
  const slow: CheckpointStore = {
    ...store,
    async create(name, chunks) {
      if (name === "checkpoint-1-1.safetensors") {
        begin();
        await isFinished;
      }
      await store.create(name, chunks);
    },
  };
  const { backup, events } = watchedBackup(slow, { saveFreq: 1 });
  const visit = (place: string) => {
    if (place === "before update 0/1") return isBegun;
    if (place === "between the loops of 2") finish();
    return undefined;
  };
  const result = await trainToy({ backup, visit });
  expect(firstDifference(await trainToy(), result)).toBeUndefined();
  const steps = (type: "saved" | "saveSuperseded") => {
    return eventsOf(events, type).map(({ position }) => position.step);
  };
  expect(steps("saved")).toEqual([1, 12]);
  // Each says which newer one took the place of the one that waited.
  expect(steps("saveSuperseded")).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("an observer of events that throws disturbs nothing, and that is said", async () => {
  const warn = jest.spyOn(console, "warn").mockImplementation(() => {});
  try {
    const onEvent = () => {
      throw new Error("the log server is down");
    };
    const result = await trainToy({ backup: backupTo(memory(), { onEvent }) });
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
    expect(warn.mock.calls).toContainEqual([
      expect.stringMatching(/^reprise: onEvent failed at "saved .*the log server is down/),
    ]);
  } finally {
    warn.mockRestore();
  }
});
