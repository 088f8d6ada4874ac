import { describe, expect, jest, test } from "@jest/globals";
import { memory } from "@reprise/loop";
import { backupTo, checkpointsIn, differencesAfterCrashes, type Life } from "./programs/lives.ts";
import { toyState, trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

// The toy gets better by less than this from its second epoch on, and so ends after its third.
const impatient = { patience: 2, minDelta: 0.1 };

describe("early stopping", () => {
  test("completes the training: the checkpoint is deleted", async () => {
    const store = memory();
    let completions = 0;
    const result = await trainToy({
      epochs: 10,
      stopping: impatient,
      backup: backupTo(store),
      onCompleted: () => completions++,
    });
    expect(result.ended).toEqual({
      kind: "completed",
      reason: expect.stringMatching(/^EarlyStopping: val_loss has not improved for 2 epochs/),
    });
    expect(result.history["epoch"]).toEqual([0, 1, 2]);
    expect(completions).toBe(1);
    expect(await checkpointsIn(store)).toEqual([]);
  });

  test("loses none of its patience to an interruption", async () => {
    const program = (life: Life) => trainToy({ ...life, epochs: 10, stopping: impatient });
    for (const saveFreq of [1, 5, "epoch"] as const) {
      expect(await differencesAfterCrashes(program, { saveFreq, stride: 2 })).toEqual([]);
    }
  });

  test("brings back the best state, also of an epoch before an interruption", async () => {
    const stopping = { ...impatient, restoreBestWeights: ["weights"] };
    const program = (life: Life) => trainToy({ ...life, epochs: 10, stopping });
    const best = await trainToy({ epochs: 1 });
    const result = await trainToy({ epochs: 10, stopping });
    expect(result.state.weights).toEqual(best.state.weights);
    expect(result.state.weights).not.toEqual(toyState().weights);
    for (const saveFreq of [1, "epoch"] as const) {
      const options = { saveFreq, stride: 3 };
      expect(await differencesAfterCrashes(program, options)).toEqual([]);
      const kept = { ...options, deleteCheckpoint: false };
      expect(await differencesAfterCrashes(program, kept)).toEqual([]);
    }
  });

  test("that stopped a kept run is remembered by a rerun", async () => {
    const store = memory();
    const live = (epochs: number) => {
      const backup = backupTo(store, { deleteCheckpoint: false });
      return trainToy({ epochs, stopping: impatient, backup });
    };
    const first = await live(10);
    const second = await live(20);
    expect(second.ended).toEqual(first.ended);
    expect(second.state).toEqual(first.state);
  });
});
