import { describe, expect, test } from "@jest/globals";
import { addToMeans, type BatchMeans, meansOf } from "../../src/position/batch-means.ts";
import { describePosition } from "../../src/position/position.ts";
import { Progress } from "../../src/position/progress.ts";
import { keyedRandom } from "../../src/position/random.ts";

/** As another process would find it. */
function reload(progress: Progress): Progress {
  const saved = structuredClone(progress.save());
  const next = new Progress();
  next.load(progress.position, saved);
  return next;
}

describe("progress", () => {
  test("comes back as it was, in the middle of a phase", () => {
    const progress = new Progress();
    progress.epoch = 3;
    progress.step = 40;
    progress.begun = true;
    progress.logs = { lr: 0.1 };
    progress.totals = { hits: 7 };
    progress.lastLogs = { loss: 2 };
    addToMeans(progress.means, { loss: 0.1 }, "");
    progress.descriptors.set("batches", { kind: "array", length: 9 });
    progress.enter("warm-up", "training").done = true;
    const phase = progress.enter("batches", "training");
    phase.batch = 5;

    const next = reload(progress);
    expect(next.position).toEqual({ epoch: 3, phase: "batches", batch: 5, step: 40 });
    expect(next.save()).toEqual(progress.save());
    expect(next.phase("warm-up")).toMatchObject({ done: true });
    expect(next.current).toBe(next.phase("batches"));
  });

  test("takes the state of the data from its cursor, and saves the cursor itself never", () => {
    const progress = new Progress();
    const phase = progress.enter("batches", "training");
    phase.cursor = { next: () => ({ done: true, value: undefined }), stateDict: () => ({ at: 5 }) };
    expect(progress.save().phases.get("batches")).toMatchObject({ data: { at: 5 } });
    expect(Object.keys(progress.save().phases.get("batches") ?? {})).not.toContain("cursor");
    expect(reload(progress).current).toMatchObject({ data: { at: 5 }, cursor: undefined });
  });

  test("of a new epoch knows nothing of the one before but its data", () => {
    const progress = new Progress();
    progress.begun = true;
    progress.totals["hits"] = 1;
    addToMeans(progress.means, { loss: 1 }, "");
    progress.descriptors.set("batches", { kind: "array" });
    progress.enter("batches", "training").batch = 9;
    progress.nextEpoch();
    expect(progress.position).toEqual({ epoch: 1, phase: "begin", batch: 0, step: 0 });
    expect(progress.phase("batches")).toBeUndefined();
    expect(progress).toMatchObject({ begun: false, totals: {}, logs: {} });
    expect(meansOf(progress.means)).toEqual({});
    expect(progress.descriptors.size).toBe(1);
  });

  test("enters a phase again where it was left", () => {
    const progress = new Progress();
    progress.enter("batches", "training").batch = 5;
    progress.enter("validation", "validation");
    expect(progress.enter("batches", "training")).toMatchObject({ batch: 5, done: false });
  });
});

describe("the means of what batches logged", () => {
  test("have the same bits however often they were saved and loaded", () => {
    const stream = keyedRandom(7)("losses");
    const losses = Array.from({ length: 100 }, () => stream.next());
    const undisturbed: BatchMeans = new Map();
    let interrupted: BatchMeans = new Map();
    for (const loss of losses) {
      addToMeans(undisturbed, { loss }, "");
      addToMeans(interrupted, { loss }, "");
      interrupted = structuredClone(interrupted);
    }
    expect(meansOf(interrupted)).toEqual(meansOf(undisturbed));
    expect(meansOf(undisturbed)["loss"]).toBe(losses.reduce((sum, loss) => sum + loss) / 100);
  });

  test("are over the batches that logged a name, and ignore what is no number", () => {
    const means: BatchMeans = new Map();
    addToMeans(means, { loss: 1 }, "");
    addToMeans(means, { loss: 3, accuracy: 0.5 }, "");
    addToMeans(means, { note: "late" } as unknown as Record<string, number>, "");
    addToMeans(means, { loss: 8 }, "val_");
    expect(meansOf(means)).toEqual({ loss: 2, accuracy: 0.5, val_loss: 8 });
  });

  test("keep what is not finite", () => {
    const means: BatchMeans = new Map();
    for (const loss of [1, NaN, 2]) addToMeans(means, { loss, up: Infinity }, "");
    expect(meansOf(means)).toEqual({ loss: NaN, up: Infinity });
  });
});

test("a position in words", () => {
  expect(describePosition({ epoch: 0, phase: "begin", batch: 0, step: 0 })).toBe(
    "epoch 0 (step 0)",
  );
  expect(describePosition({ epoch: 2, phase: "batches", batch: 5, step: 45 })).toBe(
    "epoch 2, 5 of its batches done (step 45)",
  );
});
