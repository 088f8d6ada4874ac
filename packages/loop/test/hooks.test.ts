import { describe, expect, jest, test } from "@jest/globals";
import { type Callback, type Logs, memory, train } from "@reprise/loop";
import { firstDifference } from "@reprise/testing";
import { crashIn, crashOf } from "./programs/crash.ts";
import { backupTo, checkpointsIn, placesOf } from "./programs/lives.ts";
import { Recorder } from "./programs/recorder.ts";
import { trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

describe("hooks", () => {
  test("are called in Keras's order", async () => {
    const calls: string[] = [];
    const recorder = new Recorder((hook) => calls.push(hook));
    const run = await train({ state: {}, epochs: 2, callbacks: [recorder] });
    for await (const epoch of run.epochs()) {
      for await (const _ of epoch.batches(["a", "b"])) calls.push("body");
      for await (const _ of epoch.validation(["c"])) calls.push("validation");
    }
    const batches = [0, 1].flatMap((index) => [
      `onBatchBegin ${index}`,
      "body",
      `onBatchEnd ${index}`,
    ]);
    const epoch = (index: number) => [
      `onEpochBegin ${index}`,
      ...batches,
      "validation",
      `onEpochEnd ${index}`,
    ];
    expect(calls).toEqual(["onTrainBegin", ...epoch(0), ...epoch(1), "onTrainEnd"]);
  });

  test("are called once per epoch and batch, however often the run is resumed", async () => {
    const store = memory();
    const calls: string[] = [];
    for (const place of ["after update 0/2", "validation 0/1", "before update 1/0", "nowhere"]) {
      const crash = crashIn(place);
      const visit = (here: string) => {
        if (/^on(Epoch|Batch)/.test(here)) calls.push(here);
        return crash(here);
      };
      await crashOf(trainToy({ backup: backupTo(store, { saveFreq: 1 }), visit }));
    }
    const undisturbed = (await placesOf(trainToy)).filter((it) => /^on(Epoch|Batch)/.test(it));
    // Only the batch, and the validation behind the last save, that were in progress come again.
    expect(calls.filter((it) => it.startsWith("onEpochBegin"))).toEqual(
      undisturbed.filter((it) => it.startsWith("onEpochBegin")).toSpliced(1, 0, "onEpochBegin 1"),
    );
    expect(calls.filter((it) => it.startsWith("onBatchEnd"))).toEqual(
      undisturbed.filter((it) => it.startsWith("onBatchEnd")),
    );
  });

  test("are told of means and totals, in which what the epoch says itself wins", async () => {
    const ends: Logs[] = [];
    const run = await train({
      state: {},
      epochs: 1,
      callbacks: [{ onEpochEnd: (_epoch: number, logs: Logs) => void ends.push(logs) }],
    });
    for await (const epoch of run.epochs()) {
      for await (const batch of epoch.batches([1, 2, 6])) {
        batch.logs["loss"] = batch.value;
        batch.logs["norm"] = 7;
        epoch.totals["hits"] = (epoch.totals["hits"] ?? 0) + batch.value;
      }
      for await (const batch of epoch.validation([2, 4])) batch.logs["loss"] = batch.value;
      epoch.logs["accuracy"] = (epoch.totals["hits"] ?? 0) / 9;
      epoch.logs["norm"] = -1;
    }
    expect(ends).toEqual([{ loss: 3, norm: -1, val_loss: 3, accuracy: 1 }]);
  });

  test("that return promises are waited for", async () => {
    const calls: string[] = [];
    const slow = (name: string) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      calls.push(name);
    };
    const callback: Callback = {
      onTrainBegin: slow("onTrainBegin"),
      onEpochBegin: slow("onEpochBegin"),
      onBatchBegin: slow("onBatchBegin"),
      onBatchEnd: slow("onBatchEnd"),
      onEpochEnd: slow("onEpochEnd"),
      onTrainEnd: slow("onTrainEnd"),
    };
    const quick: Callback = { onBatchEnd: () => calls.push("after onBatchEnd") };
    const run = await train({
      state: {},
      epochs: 1,
      callbacks: [callback, quick],
      onCompleted: slow("onCompleted"),
    });
    for await (const epoch of run.epochs()) {
      for await (const _ of epoch.batches([0])) calls.push("body");
    }
    expect(calls).toEqual([
      "onTrainBegin",
      "onEpochBegin",
      "onBatchBegin",
      "body",
      "onBatchEnd",
      "after onBatchEnd",
      "onEpochEnd",
      "onTrainEnd",
      "onCompleted",
    ]);
  });

  test("that throw fail the run, with nothing saved from then on", async () => {
    const hooks = ["onTrainBegin", "onEpochBegin", "onBatchBegin", "onBatchEnd", "onEpochEnd"];
    for (const hook of [...hooks, "onTrainEnd"]) {
      const store = memory();
      const failure = new Error(`${hook} is broken`);
      const broken = {
        [hook]: () => {
          throw failure;
        },
      };
      const life = trainToy({
        backup: backupTo(store, { saveFreq: 1 }),
        arrange: (callbacks) => [...callbacks, broken],
      });
      await expect(life).rejects.toBe(failure);
      const isAtEnd = hook === "onTrainEnd";
      const isBehindFirstSave = isAtEnd || hook === "onEpochEnd";
      expect([hook, await checkpointsIn(store)]).toEqual([
        hook,
        isBehindFirstSave ? [expect.any(String)] : [],
      ]);
      const resumed = await trainToy({ backup: backupTo(store) });
      expect(firstDifference(await trainToy(), resumed)).toBeUndefined();
    }
  });
});
