import type { CheckpointStore } from "@reprise/core";
import { assertSameBits } from "../contract/assert.ts";
import { bitsOf, resume, savedIn } from "./checkpoint.ts";
import {
  lastStep,
  otherSteps,
  savedAt,
  settled,
  type StateKit,
  type StatePromises,
  stepsFrom,
  train,
  type TrainingStateUnderTest,
} from "./promise-kit.ts";

/** What a training state promises about being brought back by a later process. */
export const resumePromises: StatePromises = {
  "a fresh instance takes the saved state over, bit for bit": async (kit) => {
    for (const done of [1, 3]) await showTakenOver(await kit.make(), done, kit);
  },

  "a fresh instance goes on as the saved one would have": async (kit) => {
    for (const done of [1, 3]) await showGoingOn(await kit.make(), done, kit);
  },

  "a state of before the first step is one like any other": async (kit) => {
    await showTakenOver(await kit.make(), 0, kit);
    await showGoingOn(await kit.make(), 0, kit);
  },

  "an instance that was trained otherwise takes the saved state over and goes on from it": async (
    kit,
  ) => {
    const dirty = await kit.make();
    await train(dirty, otherSteps);
    await showTakenOver(dirty, 3, kit);
    await showGoingOn(dirty, 3, kit);
  },

  "what was saved is loaded once resuming says so": async (kit) => {
    const { later, store } = await resumedAt(3, await kit.make(), kit);
    assertSameBits(await bitsOf(later.state), await savedIn(store), "the state");
  },
};

async function showTakenOver(
  into: TrainingStateUnderTest,
  done: number,
  kit: StateKit,
): Promise<void> {
  const { later, store } = await resumedAt(done, into, kit);
  await settled();
  const bits = await bitsOf(later.state);
  assertSameBits(bits, await savedIn(store), `the state after resuming at step ${done}`);
}

async function showGoingOn(
  into: TrainingStateUnderTest,
  done: number,
  kit: StateKit,
): Promise<void> {
  const undisturbed = await kit.make();
  const expected = await train(undisturbed, stepsFrom(0, lastStep));
  const { later } = await resumedAt(done, into, kit);
  await settled();
  const results = await train(later, stepsFrom(done, lastStep));
  const since = `after resuming at step ${done}`;
  assertSameBits(results, expected.slice(done), `what training returned ${since}`);
  const bits = await bitsOf(later.state);
  assertSameBits(bits, await bitsOf(undisturbed.state), `the state at the end, ${since}`);
}

async function resumedAt(
  done: number,
  later: TrainingStateUnderTest,
  kit: StateKit,
): Promise<{ later: TrainingStateUnderTest; store: CheckpointStore }> {
  const store = await savedAt(done, kit);
  await resume(later.state, store);
  return { later, store };
}
