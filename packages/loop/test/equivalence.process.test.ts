import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { memory } from "@reprise/loop";
import { directory } from "@reprise/node";
import { firstDifference } from "@reprise/testing";
import { crashAt, crashIn, crashOf } from "./programs/crash.ts";
import {
  backupTo,
  differencesAfterCrashes,
  eventsOf,
  placesOf,
  watchedBackup,
} from "./programs/lives.ts";
import { type ToyResult, trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

describe("a training that is interrupted at any place ends as though it had not been", () => {
  for (const saveFreq of [1, 3, 7, "epoch"] as const) {
    test(`saving every ${saveFreq}`, async () => {
      expect(await placesOf(trainToy)).toHaveLength(75);
      expect(await differencesAfterCrashes(trainToy, { saveFreq })).toEqual([]);
    });
  }

  test("waiting for every save", async () => {
    const options = { saveFreq: 1, sync: true, stride: 3 };
    expect(await differencesAfterCrashes(trainToy, options)).toEqual([]);
  });

  test("never saving, which begins anew", async () => {
    const options = { saveFreq: false, stride: 7 } as const;
    expect(await differencesAfterCrashes(trainToy, options)).toEqual([]);
  });

  test("keeping the checkpoint at the end", async () => {
    const options = { saveFreq: 7, deleteCheckpoint: false };
    expect(await differencesAfterCrashes(trainToy, options)).toEqual([]);
  });

  test("in a directory", async () => {
    const parent = await mkdtemp(join(tmpdir(), "reprise-loop-"));
    let made = 0;
    const makeStore = () => directory(join(parent, String(made++)), { preemption: false });
    const options = { saveFreq: 3, stride: 6, makeStore };
    expect(await differencesAfterCrashes(trainToy, options)).toEqual([]);
    await rm(parent, { recursive: true });
  });
});

describe("interruptions that come again", () => {
  test("a second one, anywhere in what the first one left", async () => {
    for (const again of [1, 3, 8, 13, 21, 34]) {
      const options = { saveFreq: 3, stride: 4, again };
      expect(await differencesAfterCrashes(trainToy, options)).toEqual([]);
    }
  });

  test("one after the other, as long as each life comes to a save of its own", async () => {
    const undisturbed = await trainToy();
    for (const places of [15, 16, 19, 25, 31]) {
      const store = memory();
      const results: ToyResult[] = [];
      let lives = 0;
      for (; lives < 20 && results.length === 0; lives++) {
        const backup = backupTo(store, { saveFreq: 1 });
        const life = trainToy({ backup, visit: crashAt(places) });
        await crashOf(life.then((result) => results.push(result)));
      }
      expect(firstDifference([undisturbed], results)).toBeUndefined();
      expect(lives).toBeGreaterThan(2);
    }
  });
});

describe("a resume goes on at the very place of the save", () => {
  async function placesAfterCrash(place: string, saveFreq: number | "epoch"): Promise<string[]> {
    const store = memory();
    const first = trainToy({ backup: backupTo(store, { saveFreq }), visit: crashIn(place) });
    expect(await crashOf(first)).toBe(place);
    return placesOf((life) => trainToy({ backup: backupTo(store, { saveFreq }), ...life }));
  }

  test("in the middle of an epoch, without beginning it again", async () => {
    const places = await placesAfterCrash("before update 1/2", 1);
    expect(places.slice(0, 5)).toEqual([
      "onTrainBegin",
      "epoch 1 is entered",
      "onBatchBegin 2",
      "before update 1/2",
      "after update 1/2",
    ]);
  });

  test("behind the last batch of an epoch when that was saved, never at the epoch's begin", async () => {
    const places = await placesAfterCrash("between the loops of 1", 4);
    expect(places.slice(0, 4)).toEqual([
      "onTrainBegin",
      "epoch 1 is entered",
      "between the loops of 1",
      "validation 1/0",
    ]);
  });

  test("in the middle of a validation", async () => {
    const store = memory();
    const everyMoment = {
      name: "every moment",
      epochsOnly: false,
      isDue: () => true,
    };
    const backup = () => backupTo(store, { saveFreq: everyMoment });
    const crash = trainToy({ backup: backup(), visit: crashIn("validation 1/2") });
    expect(await crashOf(crash)).toBe("validation 1/2");
    const places = await placesOf((life) => trainToy({ backup: backup(), ...life }));
    expect(places.slice(0, 5)).toEqual([
      "onTrainBegin",
      "epoch 1 is entered",
      "between the loops of 1",
      "validation 1/2",
      "after validation 1",
    ]);
  });

  test("at the next epoch when epochs are saved", async () => {
    const places = await placesAfterCrash("onEpochBegin 2", "epoch");
    expect(places.slice(0, 3)).toEqual(["onTrainBegin", "onEpochBegin 2", "epoch 2 is entered"]);
  });

  test("at the end, when only the end was left", async () => {
    expect(await placesAfterCrash("onCompleted", "epoch")).toEqual([
      "onTrainBegin",
      "onTrainEnd",
      "onCompleted",
    ]);
  });

  test("at the beginning, when nothing was saved yet", async () => {
    const store = memory();
    const backup = () => watchedBackup(store, { saveFreq: 7 });
    const crash = trainToy({ backup: backup().backup, visit: crashIn("after update 0/2") });
    expect(await crashOf(crash)).toBe("after update 0/2");
    const second = backup();
    await trainToy({ backup: second.backup });
    expect(eventsOf(second.events, "started")).toHaveLength(1);
    expect(eventsOf(second.events, "resumed")).toEqual([]);
  });
});
