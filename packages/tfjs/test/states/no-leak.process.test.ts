import { describe, expect, test } from "@jest/globals";
import {
  BackupAndRestore,
  type CheckpointStore,
  copyState,
  memory,
  Training,
  type TrainingEvent,
} from "@reprise/core";
import { faulty } from "@reprise/testing";
import * as tf from "../tf.ts";
import { dense, optimizers, stateful, type Trained } from "./subjects.ts";

const batches = 150;

/** Tensors that exist more at the end of a training than before its subject was made, and what was reported. */
async function tensorsAfter(
  make: () => Trained,
  store?: CheckpointStore,
  options: { readonly sync?: boolean; readonly batches?: number } = {},
): Promise<{ readonly tensors: number; readonly bytes: number; readonly events: TrainingEvent[] }> {
  const before = tf.memory();
  const subject = make();
  const events: TrainingEvent[] = [];
  const backup =
    store &&
    new BackupAndRestore(store, {
      saveFreq: 1,
      sync: options.sync ?? false,
      takeOver: true,
      onEvent: (event) => events.push(event),
    });
  const training = new Training({ state: subject.state, callbacks: backup ? [backup] : [] });
  await training.begin();
  while (training.position.step < (options.batches ?? batches)) {
    subject.train(training.position.step);
    await training.batchEnd();
  }
  await training.interrupt();
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors - before.numTensors, bytes: numBytes - before.numBytes, events };
}

function countOf(events: readonly TrainingEvent[], type: TrainingEvent["type"]): number {
  return events.filter((event) => event.type === type).length;
}

const adam = (): Trained => dense(optimizers["adam"]?.() ?? tf.train.sgd(1));

describe("as many tensors as after a plain run", () => {
  test("remain after hundreds of saves, each of which was awaited", async () => {
    const { tensors, bytes } = await tensorsAfter(adam);
    const saving = await tensorsAfter(adam, memory(), { sync: true });
    expect(countOf(saving.events, "saved")).toBe(batches);
    expect(saving).toMatchObject({ tensors, bytes });
  });

  test("remain when newer snapshots replace those that wait", async () => {
    const { tensors, bytes } = await tensorsAfter(adam);
    const saving = await tensorsAfter(adam, memory());
    expect(countOf(saving.events, "saveSuperseded")).toBeGreaterThan(0);
    expect(saving).toMatchObject({ tensors, bytes });
  });

  test("remain after saves that failed", async () => {
    const { tensors, bytes } = await tensorsAfter(adam);
    let created = 0;
    const store = faulty(memory(), ({ method, name }) => {
      const isSave = method === "create" && name?.startsWith("checkpoint") === true;
      if (isSave) created += 1;
      return isSave && created % 2 === 0;
    });
    const saving = await tensorsAfter(adam, store, { sync: true });
    expect(countOf(saving.events, "saveFailed")).toBeGreaterThan(batches / 4);
    expect(saving).toMatchObject({ tensors, bytes });
  });

  test("remain after a restore into fresh objects, and into trained ones", async () => {
    const { tensors, bytes } = await tensorsAfter(adam, undefined, { batches: 4 });
    const store = memory();
    await tensorsAfter(adam, store, { sync: true, batches: 2 });
    const resumed = await tensorsAfter(adam, store, { sync: true, batches: 4 });
    expect(countOf(resumed.events, "resumed")).toBe(1);
    expect(resumed).toMatchObject({ tensors, bytes });
    const trained = (): Trained => {
      const subject = adam();
      subject.train(50);
      return subject;
    };
    expect(await tensorsAfter(trained, store, { sync: true, batches: 4 })).toMatchObject({
      tensors,
      bytes,
    });
  });

  test("remain after a restore of recurrent layers, but for what tfjs itself keeps of each batch", async () => {
    const store = memory();
    await tensorsAfter(stateful, store, { sync: true, batches: 2 });
    const plain = await tensorsAfter(stateful, undefined, { batches: 3 });
    const resumed = await tensorsAfter(stateful, store, { batches: 5 });
    expect(countOf(resumed.events, "resumed")).toBe(1);
    expect(resumed).toMatchObject({ tensors: plain.tensors, bytes: plain.bytes });
  });

  test("remain when a state cannot be saved, of which some was pinned before", async () => {
    const { state, model } = adam();
    const before = tf.memory().numTensors;
    model.layers[2]?.weights[0]?.read().dispose();
    await expect(copyState(state)).rejects.toMatchObject({ code: "UNSUPPORTED_STATE" });
    expect(tf.memory().numTensors).toBe(before - 1);
  });

  test("remain when the copies of a state are given up", async () => {
    const { state } = adam();
    const { numTensors } = tf.memory();
    const { model } = await copyState(state);
    expect(model).toBeDefined();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
