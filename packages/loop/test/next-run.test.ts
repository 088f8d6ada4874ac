import { describe, expect, jest, test } from "@jest/globals";
import { type BackupOptions, memory, train } from "@reprise/loop";
import { firstDifference } from "@reprise/testing";
import { crashIn, crashOf } from "./programs/crash.ts";
import { backupTo, checkpointsIn, eventsOf, placesOf, watchedBackup } from "./programs/lives.ts";
import { trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

describe("after a training that is complete", () => {
  test("only a lease is left, and the next start begins anew", async () => {
    const store = memory();
    const undisturbed = await trainToy();
    for (let round = 0; round < 3; round++) {
      const { backup, events } = watchedBackup(store, { saveFreq: 3 });
      const result = await trainToy({ backup });
      expect(firstDifference(undisturbed, result)).toBeUndefined();
      expect(eventsOf(events, "started")).toHaveLength(1);
      expect(await store.list()).toEqual([expect.stringMatching(/^lease-\d+\.json$/)]);
    }
  });

  test("whose checkpoint is kept, the next start returns at once, and says so", async () => {
    const store = memory();
    const keep = { deleteCheckpoint: false };
    let completions = 0;
    const onCompleted = () => completions++;
    const first = await trainToy({ backup: backupTo(store, keep), onCompleted });
    expect(await checkpointsIn(store)).toHaveLength(1);
    for (let round = 0; round < 2; round++) {
      const { backup, events } = watchedBackup(store, keep);
      const places: string[] = [];
      const visit = (place: string) => places.push(place);
      const again = await trainToy({ backup, onCompleted, visit });
      expect(firstDifference(first, again)).toBeUndefined();
      expect(eventsOf(events, "alreadyCompleted")).toHaveLength(1);
      expect(eventsOf(events, "saved")).toEqual([]);
      expect(places).toEqual(["onTrainBegin", "onTrainEnd"]);
      expect(await checkpointsIn(store)).toHaveLength(1);
    }
    expect(completions).toBe(1);
  });

  test("whose checkpoint is kept, more epochs go on as though there had been more at once", async () => {
    const store = memory();
    const keep = { deleteCheckpoint: false };
    const stopping = { restoreBestWeights: ["weights"], monitor: "val_loss" };
    let completions = 0;
    const onCompleted = () => completions++;
    await trainToy({ backup: backupTo(store, keep), stopping, onCompleted });
    const longer = await trainToy({
      epochs: 5,
      backup: backupTo(store, keep),
      stopping,
      onCompleted,
    });
    const undisturbed = await trainToy({ epochs: 5, stopping });
    expect(firstDifference(undisturbed, longer)).toBeUndefined();
    expect(completions).toBe(2);
  });

  test("whose checkpoint is kept, fewer epochs change nothing", async () => {
    const store = memory();
    const keep = { deleteCheckpoint: false };
    const first = await trainToy({ backup: backupTo(store, keep) });
    const again = await trainToy({ epochs: 2, backup: backupTo(store, keep) });
    expect(firstDifference(first, again)).toBeUndefined();
  });

  test("that is given more epochs while interrupted runs them all", async () => {
    const store = memory();
    const crash = trainToy({ backup: backupTo(store), visit: crashIn("before update 2/1") });
    expect(await crashOf(crash)).toBe("before update 2/1");
    const longer = await trainToy({ epochs: 4, backup: backupTo(store) });
    expect(firstDifference(await trainToy({ epochs: 4 }), longer)).toBeUndefined();
  });
});

describe("within one process", () => {
  test("a second run is refused while the first one is alive, and changes nothing", async () => {
    const store = memory();
    const entries: string[][] = [];
    const visit = async (place: string) => {
      if (place !== "before update 1/1") return;
      entries.push([...(await store.list())]);
      await expect(trainToy({ backup: backupTo(store) })).rejects.toMatchObject({
        code: "RUN_ACTIVE",
        exitCode: 75,
      });
      entries.push([...(await store.list())]);
    };
    const result = await trainToy({ backup: backupTo(store, { sync: true }), visit });
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
    expect(entries[1]).toEqual(entries[0]);
  });

  test("a run whose loop was never entered is still alive", async () => {
    const store = memory();
    const state = { weights: new Float32Array(3) };
    const run = await train({ state, epochs: 1, callbacks: [backupTo(store)] });
    await expect(trainToy({ backup: backupTo(store) })).rejects.toMatchObject({
      code: "RUN_ACTIVE",
    });
    for await (const _ of run.epochs());
    expect(run.ended?.kind).toBe("completed");
  });

  test("the next run takes over after an exception, as often as need be", async () => {
    const store = memory();
    for (const place of ["after update 0/3", "onEpochEnd 1", "validation 2/0", "onCompleted"]) {
      const crash = trainToy({ backup: backupTo(store, { saveFreq: 2 }), visit: crashIn(place) });
      expect(await crashOf(crash)).toBe(place);
      const kinds = (await store.list()).map((name) => name.split("-", 1)[0]);
      expect(new Set(kinds)).toEqual(new Set(["lease", "checkpoint", "ledger"]));
      expect(kinds.filter((kind) => kind !== "ledger")).toHaveLength(2);
    }
    const result = await trainToy({ backup: backupTo(store, { saveFreq: 2 }) });
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
  });

  test("one backup may serve one run after the other", async () => {
    const backup = backupTo(memory(), { saveFreq: 2 });
    expect(await crashOf(trainToy({ backup, visit: crashIn("after update 1/0") }))).toBeDefined();
    const undisturbed = await trainToy();
    expect(firstDifference(undisturbed, await trainToy({ backup }))).toBeUndefined();
    expect(firstDifference(undisturbed, await trainToy({ backup }))).toBeUndefined();
  });
});

describe("a training of no epochs", () => {
  test("is complete at once and leaves no checkpoint", async () => {
    const store = memory();
    const places = await placesOf(({ visit }) => {
      return trainToy({ epochs: 0, backup: backupTo(store), visit });
    });
    expect(places).toEqual(["onTrainBegin", "onTrainEnd", "onCompleted"]);
    expect(await checkpointsIn(store)).toEqual([]);
  });
});

test("an interruption in the fourth of ten epochs resumes there: ten epochs are run in all", async () => {
  const store = memory();
  const epochsOf = async (isInterrupted: boolean, options: BackupOptions = {}) => {
    const weights = new Float32Array(4);
    const epochs: number[] = [];
    const run = await train({
      state: { weights },
      epochs: 10,
      callbacks: [backupTo(store, options)],
    });
    try {
      for await (const epoch of run.epochs()) {
        epochs.push(epoch.index);
        for await (const batch of epoch.batches([1, 2, 3, 4, 5])) {
          weights[0] = (weights[0] ?? 0) + batch.value;
        }
        if (isInterrupted && epoch.index === 4) throw new RangeError("interrupted");
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { epochs, isInterrupted: true };
    }
    return { epochs, sum: weights[0] };
  };
  expect(await epochsOf(true)).toEqual({ epochs: [0, 1, 2, 3, 4], isInterrupted: true });
  expect(await epochsOf(false)).toEqual({ epochs: [4, 5, 6, 7, 8, 9], sum: 150 });
  expect(await checkpointsIn(store)).toEqual([]);
});
