import { describe, expect, jest, test } from "@jest/globals";
import { type Callback, memory, TerminateOnNaN, train, type TrainingControl } from "@reprise/loop";
import { firstDifference } from "@reprise/testing";
import { crashIn, crashOf } from "./programs/crash.ts";
import {
  backupTo,
  checkpointsIn,
  differencesAfterCrashes,
  eventsOf,
  type Life,
  watchedBackup,
} from "./programs/lives.ts";
import { type ToyOptions, trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

/** Puts a callback in front of the others that acts when `step` steps are done. */
function actAt(step: number, act: (training: TrainingControl) => void): ToyOptions {
  const callback: Callback = {
    onBatchEnd(_batch, _logs, training) {
      if (training.position.step === step) act(training);
    },
  };
  return { arrange: (callbacks) => [callback, ...callbacks] };
}

describe("stop", () => {
  test("in the middle of an epoch saves, ends no epoch, and is gone on from", async () => {
    const store = memory();
    const backup = () => backupTo(store, { saveFreq: "epoch" });
    const stopping = actAt(6, (training) => training.stop("enough for today"));
    const stopped = await trainToy({ backup: backup(), ...stopping });
    expect(stopped.ended).toEqual({ kind: "stopped", reason: "enough for today" });
    expect(stopped.lines.at(-1)).toMatch(/^onBatchEnd 1 /);
    expect(await checkpointsIn(store)).toHaveLength(1);

    const { backup: second, events } = watchedBackup(store);
    const resumed = await trainToy({ backup: second });
    expect(eventsOf(events, "resumed").map(({ position }) => position)).toEqual([
      { epoch: 1, phase: "batches", batch: 2, step: 6 },
    ]);
    expect(firstDifference(await trainToy(), resumed)).toBeUndefined();
    expect(await checkpointsIn(store)).toEqual([]);
  });

  test("at every step in turn leads to the same end", async () => {
    const undisturbed = await trainToy();
    for (let step = 1; step <= 12; step++) {
      const store = memory();
      const stopping = actAt(step, (training) => training.stop());
      const stopped = await trainToy({ backup: backupTo(store), ...stopping });
      expect(stopped.ended?.kind).toBe("stopped");
      const resumed = await trainToy({ backup: backupTo(store) });
      expect(firstDifference(undisturbed, resumed)).toBeUndefined();
    }
  });

  test("saves nothing of what the program does behind the loop that was stopped", async () => {
    const store = memory();
    const live = async (isStopped: boolean): Promise<string[]> => {
      const lines: string[] = [];
      const run = await train({ state: { lines }, epochs: 2, callbacks: [backupTo(store)] });
      for await (const epoch of run.epochs()) {
        for await (const batch of epoch.batches(["a", "b"], { name: "first" })) {
          lines.push(batch.value);
          if (isStopped) run.stop();
        }
        lines.push("between");
        for await (const batch of epoch.batches(["c"], { name: "second" })) lines.push(batch.value);
        for await (const batch of epoch.validation(["d"])) lines.push(batch.value);
      }
      return lines;
    };
    expect(await live(true)).toEqual(["a", "between"]);
    const epoch = ["a", "b", "between", "c", "d"];
    expect(await live(false)).toEqual([...epoch, ...epoch]);
  });

  test("between two loops of an epoch goes on at the second one", async () => {
    const store = memory();
    const live = async (isStopped: boolean) => {
      const lines: string[] = [];
      const ends: number[] = [];
      const run = await train({
        state: { lines },
        epochs: 1,
        callbacks: [backupTo(store), { onEpochEnd: (epoch: number) => void ends.push(epoch) }],
      });
      for await (const epoch of run.epochs()) {
        for await (const batch of epoch.batches(["a", "b"])) lines.push(batch.value);
        if (isStopped) run.stop();
        const validation = epoch.validation(["c"]);
        if (validation.fresh) lines.push("between");
        for await (const batch of validation) lines.push(batch.value);
      }
      return { lines, ends };
    };
    expect(await live(true)).toEqual({ lines: ["a", "b", "between"], ends: [] });
    expect(await live(false)).toEqual({ lines: ["a", "b", "between", "c"], ends: [0] });
  });

  test("in the hook that ends an epoch stops behind that epoch", async () => {
    const store = memory();
    const stopper: Callback = { onEpochEnd: (_epoch, _logs, training) => training.stop() };
    const stopped = await trainToy({
      backup: backupTo(store),
      arrange: (all) => [stopper, ...all],
    });
    expect(stopped.ended?.kind).toBe("stopped");
    expect(stopped.lines.at(-1)).toMatch(/^onEpochEnd 0 /);
    const resumed = await trainToy({ backup: backupTo(store) });
    expect(firstDifference(await trainToy(), resumed)).toBeUndefined();
  });

  test("followed by break keeps the last save, and what came after is done again", async () => {
    const store = memory();
    const live = async (isStopped: boolean): Promise<Float64Array> => {
      const sum = new Float64Array(1);
      const run = await train({
        state: { sum },
        epochs: 2,
        callbacks: [backupTo(store, { saveFreq: 2 })],
      });
      for await (const epoch of run.epochs()) {
        for await (const batch of epoch.batches([1, 10, 100, 1000, 10_000])) {
          sum[0] = (sum[0] ?? 0) * 2 + batch.value;
          if (isStopped && batch.index === 2) {
            run.stop();
            break;
          }
        }
      }
      if (isStopped) expect(run.ended?.kind).toBe("stopped");
      return sum;
    };
    await live(true);
    expect(await checkpointsIn(store)).toHaveLength(1);
    const undisturbed = [1, 10, 100, 1000, 10_000, 1, 10, 100, 1000, 10_000].reduce(
      (sum, value) => sum * 2 + value,
    );
    expect(await live(false)).toEqual(Float64Array.of(undisturbed));
  });

  test("without a backup just ends the loop", async () => {
    const stopped = await trainToy(actAt(3, (training) => training.stop()));
    expect(stopped.ended?.kind).toBe("stopped");
    expect(stopped.state.seen).toHaveLength(18);
  });
});

describe("break", () => {
  const trainWithBreaks = async ({ backup, visit }: Life): Promise<unknown> => {
    const state = { sum: new Float64Array(1) };
    const ends: number[] = [];
    const run = await train({
      state: { ...state, ends },
      epochs: 4,
      callbacks: [
        ...(backup ? [backup] : []),
        { onEpochEnd: (epoch: number) => void ends.push(epoch) },
      ],
    });
    for await (const epoch of run.epochs()) {
      for await (const batch of epoch.batches([1, 2, 3, 4, 5])) {
        await visit(`batch ${epoch.index}/${batch.index}`);
        state.sum[0] = (state.sum[0] ?? 0) * 2 + batch.value;
        if (batch.index === 1 + epoch.index) break;
      }
      await visit(`behind ${epoch.index}`);
    }
    return { ...state, ends, ended: run.ended, position: run.position };
  };

  test("out of the loop over batches ends that loop, and the epoch goes on", async () => {
    const result = await trainWithBreaks({ visit: () => {} });
    expect(result).toMatchObject({ ends: [0, 1, 2, 3], ended: { kind: "completed" } });
    expect(result).toMatchObject({ position: { epoch: 4, step: 2 + 3 + 4 + 5 } });
  });

  test("out of the loop over batches is resumed like any other end of it", async () => {
    for (const saveFreq of [1, 3, "epoch"] as const) {
      expect(await differencesAfterCrashes(trainWithBreaks, { saveFreq })).toEqual([]);
    }
  });

  test("out of the loop over epochs saves nothing and lets go of the store", async () => {
    const store = memory();
    const interrupted: unknown[] = [];
    const live = async (isLeft: boolean) => {
      const count = new Float64Array(1);
      const run = await train({
        state: { count },
        epochs: 3,
        callbacks: [
          backupTo(store, { saveFreq: 2, sync: true }),
          { onTrainInterrupted: (end: unknown) => void interrupted.push(end) },
        ],
      });
      loop: for await (const epoch of run.epochs()) {
        for await (const _ of epoch.batches([0, 0, 0, 0])) {
          count[0] = (count[0] ?? 0) + 1;
          if (isLeft && count[0] === 7) break loop;
        }
      }
      return { count: count[0], ended: run.ended?.kind, resumed: run.resumed };
    };
    expect(await live(true)).toEqual({ count: 7, ended: "interrupted", resumed: false });
    expect(interrupted).toEqual([{ kind: "interrupted", reason: "the loop was left" }]);
    expect(await live(false)).toEqual({ count: 12, ended: "completed", resumed: true });
  });
});

describe("complete", () => {
  test("in the middle of an epoch ends that epoch and the training, and deletes the checkpoint", async () => {
    const store = memory();
    let completions = 0;
    const result = await trainToy({
      backup: backupTo(store, { saveFreq: 1 }),
      onCompleted: () => completions++,
      ...actAt(6, (training) => training.complete("good enough")),
    });
    expect(result.ended).toEqual({ kind: "completed", reason: "good enough" });
    expect(result.lines.slice(-3)).toEqual([
      expect.stringMatching(/^onBatchEnd 1 /),
      expect.stringMatching(/^onEpochEnd 1 /),
      expect.stringMatching(/^onTrainEnd /),
    ]);
    expect(result.state.seen).toHaveLength(23 + 12);
    expect(completions).toBe(1);
    expect(await store.list()).toEqual([expect.stringMatching(/^lease-\d+\.json$/)]);
  });

  test("still validates the epoch", async () => {
    const result = await trainToy(actAt(6, (training) => training.complete()));
    expect(result.lines.at(-1)).toMatch(/"val_loss":0\.\d+/);
  });

  test("is remembered by a run that is interrupted before its end", async () => {
    const completing = actAt(6, (training) => training.complete("good enough"));
    const program = (life: Life) => trainToy({ ...life, ...completing });
    for (const saveFreq of [1, 3, "epoch"] as const) {
      expect(await differencesAfterCrashes(program, { saveFreq })).toEqual([]);
    }
  });
});

describe("failure", () => {
  test("asked for by fail saves nothing more, keeps the checkpoint and throws the error", async () => {
    const store = memory();
    const { backup, events } = watchedBackup(store, { saveFreq: 2 });
    const failure = new Error("the data is wrong");
    const failing = actAt(6, (training) => training.fail(failure));
    const lines: string[] = [];
    const life = trainToy({ backup, visit: (place) => lines.push(place), ...failing });
    await expect(life).rejects.toBe(failure);
    expect(eventsOf(events, "saved").at(-1)?.position.step).toBe(4);
    expect(await checkpointsIn(store)).toHaveLength(1);
    expect(lines).not.toContain("onTrainEnd");
    const resumed = await trainToy({ backup: backupTo(store) });
    expect(firstDifference(await trainToy(), resumed)).toBeUndefined();
  });

  test("by a value that is not finite keeps the checkpoint from before, and calls no onTrainEnd", async () => {
    const store = memory();
    const { backup, events } = watchedBackup(store, { saveFreq: 1 });
    const spoil: Callback = {
      onBatchEnd(_batch, logs, training) {
        if (training.position.step === 6) logs["loss"] = Number.NaN;
      },
    };
    const places: string[] = [];
    const life = trainToy({
      backup,
      visit: (place) => places.push(place),
      arrange: (callbacks) => [spoil, ...callbacks, new TerminateOnNaN()],
    });
    await expect(life).rejects.toMatchObject({
      code: "NOT_FINITE",
      details: { name: "loss", value: Number.NaN, epoch: 1, step: 6 },
    });
    expect(eventsOf(events, "saved").at(-1)?.position.step).toBe(5);
    expect(await checkpointsIn(store)).toHaveLength(1);
    expect(places).not.toContain("onTrainEnd");
    expect(places).not.toContain("onCompleted");
  });

  test("tells callbacks why, and one that fails as well does not hide the reason", async () => {
    const store = memory();
    const { backup, events } = watchedBackup(store);
    const ends: unknown[] = [];
    const callbacks: Callback[] = [
      { onTrainInterrupted: (end) => void ends.push(end) },
      {
        onTrainInterrupted() {
          throw new Error("cannot even say goodbye");
        },
      },
    ];
    const life = trainToy({
      backup,
      visit: crashIn("after update 1/1"),
      arrange: (own) => [...callbacks, ...own],
    });
    expect(await crashOf(life)).toBe("after update 1/1");
    expect(ends).toEqual([{ kind: "interrupted", reason: "the loop was left" }]);
    expect(eventsOf(events, "callbackFailed")).toHaveLength(1);
  });
});
