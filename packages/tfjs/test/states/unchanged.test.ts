import { expect, test } from "@jest/globals";
import { BackupAndRestore, memory, Training, type TrainingEvent } from "@reprise/core";
import { variablesState } from "@reprise/tfjs";
import type { TrainingStateUnderTest } from "@reprise/testing";
import * as tf from "../tf.ts";
import { dense, normalized } from "./subjects.ts";

/** What is reported not to have changed in five saves. */
async function unchangedIn({ state, train }: TrainingStateUnderTest): Promise<unknown> {
  const events: TrainingEvent[] = [];
  const onEvent = (event: TrainingEvent): void => void events.push(event);
  const backup = new BackupAndRestore(memory(), { saveFreq: 1, sync: true, onEvent });
  const training = new Training({ state, callbacks: [backup] });
  await training.begin();
  for (let step = 0; step < 5; step += 1) {
    train(step);
    await training.batchEnd();
  }
  await training.interrupt();
  return events.flatMap((event) => (event.type === "unchanged" ? event.tensors : []));
}

test("nobody is told that frozen weights and constants of optimizers do not change", async () => {
  expect(await unchangedIn(normalized())).toEqual([]);
  expect(await unchangedIn(dense(tf.train.momentum(0.1, 0.9)))).toEqual([]);
});

test("a variable that the program has replaced by another one is noticed", async () => {
  let weight = tf.variable(tf.scalar(1));
  const train = (): void => {
    weight = tf.variable(tf.add(weight, 1));
  };
  const state = { net: variablesState({ weight }) };
  expect(await unchangedIn({ state, train })).toEqual(["state.net.variables.weight"]);
});
