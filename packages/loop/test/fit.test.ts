import { describe, expect, jest, test } from "@jest/globals";
import { type BackupOptions, type CheckpointStore, memory, train } from "@reprise/loop";
import { backupTo, checkpointsIn, eventsOf, watchedBackup } from "./programs/lives.ts";

jest.setTimeout(60_000);

type State = Record<string, unknown>;

/** Trains for one epoch and fails in the second one: leaves a checkpoint behind. */
async function interruptedWith(
  state: State,
  options: BackupOptions = {},
): Promise<CheckpointStore> {
  const store = memory();
  const failing = async () => {
    const run = await train({ state, epochs: 2, callbacks: [backupTo(store, options)] });
    for await (const epoch of run.epochs()) {
      for await (const _ of epoch.batches([1, 2, 3])) if (epoch.index === 1) throw new TypeError();
    }
  };
  await expect(failing()).rejects.toThrow(TypeError);
  expect(await checkpointsIn(store)).toHaveLength(1);
  return store;
}

async function resume(store: CheckpointStore, state: State, options: BackupOptions = {}) {
  const { backup, events } = watchedBackup(store, options);
  const run = await train({ state, epochs: 2, callbacks: [backup] });
  for await (const epoch of run.epochs()) for await (const _ of epoch.batches([1, 2, 3]));
  return { run, events };
}

const before = () => ({
  weights: Float32Array.of(1, 2, 3, 4),
  bias: Float32Array.of(5),
  optimizer: { momentum: Float32Array.of(6, 7, 8, 9), rate: 0.5 },
});

describe("a state that does not fit its checkpoint", () => {
  test("is refused with every difference at once, and nothing is loaded or lost", async () => {
    const store = await interruptedWith(before());
    const changed = {
      weights: new Float32Array(6),
      optimizer: { momentum: new Float64Array(4), rate: 0.25 },
      head: new Float32Array(2),
    };
    const entries = await checkpointsIn(store);
    await expect(resume(store, changed)).rejects.toMatchObject({
      code: "STATE_MISMATCH",
      exitCode: 78,
      message: expect.stringMatching(
        /(?=[^]*state\.weights)(?=[^]*state\.bias)(?=[^]*state\.optimizer\.momentum)(?=[^]*state\.head)/,
      ),
    });
    expect(changed).toEqual({
      weights: new Float32Array(6),
      optimizer: { momentum: new Float64Array(4), rate: 0.25 },
      head: new Float32Array(2),
    });
    expect(await checkpointsIn(store)).toEqual(entries);
    const fitting = { ...before(), weights: new Float32Array(4) };
    const { run } = await resume(store, fitting);
    expect(run.resumed).toBe(true);
    expect(fitting).toEqual(before());
  });

  test("goes on with onMismatch: warn where something is only missing or left over", async () => {
    const store = await interruptedWith(before());
    const { weights, optimizer } = before();
    const changed = { weights: weights.fill(0), optimizer, head: Float32Array.of(-1, -2) };
    const { events } = await resume(store, changed, { onMismatch: "warn" });
    expect(eventsOf(events, "differences")).toMatchObject([
      { differences: [expect.stringContaining("head"), expect.stringContaining("bias")] },
    ]);
    expect(changed).toMatchObject({
      weights: before().weights,
      optimizer: before().optimizer,
      head: Float32Array.of(-1, -2),
    });
  });

  test("is refused with onMismatch: warn where a shape has changed", async () => {
    const store = await interruptedWith(before());
    const changed = { ...before(), weights: new Float32Array(6) };
    await expect(resume(store, changed, { onMismatch: "warn" })).rejects.toMatchObject({
      code: "STATE_MISMATCH",
      message: expect.stringContaining("state.weights"),
    });
  });

  test("is loaded as a migration makes it", async () => {
    const store = await interruptedWith(before());
    const changed = {
      weights: new Float32Array(6),
      optimizer: { momentum: new Float32Array(4), rate: 0 },
    };
    const seen: (readonly string[])[] = [];
    await resume(store, changed, {
      onMismatch(saved, differences) {
        seen.push(differences);
        const weights = new Float32Array(6);
        weights.set(saved["weights"] as Float32Array);
        return { weights, optimizer: saved["optimizer"] };
      },
    });
    expect(seen).toEqual([[expect.any(String), expect.any(String)]]);
    expect(changed).toEqual({
      weights: Float32Array.of(1, 2, 3, 4, 0, 0),
      optimizer: before().optimizer,
    });
  });

  test("is refused when a migration does not make it fit", async () => {
    const store = await interruptedWith(before());
    const changed = { ...before(), weights: new Float32Array(6) };
    const migrating = resume(store, changed, { onMismatch: (saved) => saved });
    await expect(migrating).rejects.toMatchObject({ code: "STATE_MISMATCH" });
  });
});

describe("a fingerprint", () => {
  test("that differs is refused, fact by fact", async () => {
    const fingerprint = { model: "mlp", hidden: 128, dropout: 0.5 };
    const store = await interruptedWith(before(), { fingerprint });
    const other = { model: "mlp", hidden: 64, norm: true };
    await expect(resume(store, before(), { fingerprint: other })).rejects.toMatchObject({
      code: "STATE_MISMATCH",
      message: expect.stringMatching(/(?=[^]*hidden)(?=[^]*dropout)(?=[^]*norm)/),
    });
    const { run } = await resume(store, before(), { fingerprint });
    expect(run.resumed).toBe(true);
  });

  test("that was added or removed is a difference, too", async () => {
    const store = await interruptedWith(before());
    const fingerprint = "version 2";
    await expect(resume(store, before(), { fingerprint })).rejects.toMatchObject({
      code: "STATE_MISMATCH",
    });
    const named = await interruptedWith(before(), { fingerprint });
    await expect(resume(named, before())).rejects.toMatchObject({ code: "STATE_MISMATCH" });
    const { events } = await resume(named, before(), { onMismatch: "warn" });
    expect(eventsOf(events, "differences")).toHaveLength(1);
  });
});

describe("mustResume", () => {
  test("refuses to begin anew, and lets go of the store", async () => {
    const store = memory();
    const state = { weights: new Float32Array(2) };
    await expect(resume(store, state, { mustResume: true })).rejects.toMatchObject({
      code: "CHECKPOINT_MISSING",
      exitCode: 78,
    });
    const { run } = await resume(store, state);
    expect(run.resumed).toBe(false);
  });

  test("refuses after a training that is complete and deleted", async () => {
    const store = memory();
    await resume(store, before());
    await expect(resume(store, before(), { mustResume: true })).rejects.toMatchObject({
      code: "CHECKPOINT_MISSING",
    });
  });

  test("resumes where there is a checkpoint", async () => {
    const store = await interruptedWith(before());
    const { run } = await resume(store, before(), { mustResume: true });
    expect(run.resumed).toBe(true);
  });
});

test("a tensor that was reassigned instead of written to is reported once", async () => {
  const state = { weights: new Float32Array(3), embedding: new Float32Array(4), head: {} };
  const { backup, events } = watchedBackup(memory(), {
    saveFreq: 1,
    sync: true,
    frozen: ["embedding"],
  });
  let weights = state.weights;
  const run = await train({ state, epochs: 2, callbacks: [backup] });
  for await (const epoch of run.epochs()) {
    for await (const batch of epoch.batches([1, 2, 3, 4, 5])) {
      weights = weights.map((weight) => weight + batch.value);
    }
  }
  expect(weights).not.toEqual(state.weights);
  expect(eventsOf(events, "unchanged").map(({ tensors }) => tensors)).toEqual([
    [expect.stringContaining("weights")],
  ]);
});
