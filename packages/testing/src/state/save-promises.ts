import type { SavePolicy } from "@reprise/core";
import { assert, assertSameBits } from "../contract/assert.ts";
import { firstDifference } from "../bits/first-difference.ts";
import { clockTick } from "../contract/clock-tick.ts";
import { slow } from "../store/decorators.ts";
import { bitsOf, savedIn, trainingOn } from "./checkpoint.ts";
import {
  lastStep,
  savedAt,
  type StatePromises,
  stepsFrom,
  train,
  trainedTo,
} from "./promise-kit.ts";

const afterSecondBatch: SavePolicy = {
  name: "after the second batch",
  epochsOnly: false,
  isDue: ({ step, point }) => point === "batch" && step === 2,
};

/** What a training state promises about being saved. */
export const savePromises: StatePromises = {
  "two instances that are trained alike are alike": async (kit) => {
    const [first, second] = [await kit.make(), await kit.make()];
    const results = await train(first, stepsFrom(0, 3));
    const bits = await bitsOf(first.state);
    await clockTick();
    assertSameBits(await train(second, stepsFrom(0, 3)), results, "what training returned");
    assertSameBits(await bitsOf(second.state), bits, "the state");
  },

  "training shows in what is saved": async (kit) => {
    const [before, after] = [await bitsOf((await kit.make()).state), await trainedTo(3, kit)];
    const isChanged = firstDifference(before, await bitsOf(after.state)) !== undefined;
    assert(isChanged, "three steps of training changed nothing in the state");
  },

  "saving twice gives the same bits": async (kit) => {
    const subject = await trainedTo(3, kit);
    const bits = await bitsOf(subject.state);
    await clockTick();
    assertSameBits(await bitsOf(subject.state), bits, "the state, saved again");
  },

  "saving changes nothing: training goes on as without it": async (kit) => {
    const [undisturbed, subject, store] = [await kit.make(), await kit.make(), kit.open()];
    const expected = await train(undisturbed, stepsFrom(0, lastStep));
    const training = trainingOn(subject.state, store, { saveFreq: 1, sync: true });
    await training.begin();
    for (const step of stepsFrom(0, lastStep)) {
      const [result] = await train(subject, [step]);
      assertSameBits(result, expected[step], `what step ${step} of training returned`);
      await training.batchEnd();
    }
    await training.interrupt();
    const expectedBits = await savedIn(await savedAt(lastStep, kit));
    assertSameBits(await savedIn(store), expectedBits, "the state");
  },

  "a save is of one instant, although training goes on while it is written": async (kit) => {
    const subject = await trainedTo(3, kit);
    const store = slow(kit.open());
    const training = trainingOn(subject.state, store, { saveFreq: afterSecondBatch });
    await training.begin();
    await training.batchEnd();
    const saved = training.batchEnd();
    // Called before anything that waits can go on.
    const results = train(subject, stepsFrom(3, lastStep));
    await saved;
    await results;
    await training.interrupt();
    const expected = await bitsOf((await trainedTo(3, kit)).state);
    assertSameBits(await savedIn(store), expected, "the state that was saved");
  },
};
