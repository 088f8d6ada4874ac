import { assertSameBits } from "../contract/assert.ts";
import { bitsOf } from "./checkpoint.ts";
import { ownersIn } from "./owners.ts";
import {
  lastStep,
  otherSteps,
  settled,
  type StatePromises,
  stepsFrom,
  train,
  trainedTo,
} from "./promise-kit.ts";

/** What `loadStateDict` promises to whoever calls it, be it after a resume or to go back. */
export const loadPromises: StatePromises = {
  "an instance that was trained further goes back to what loadStateDict is given": async (kit) => {
    const further = await kit.make();
    for (const done of [0, 1, 3]) {
      const data = await bitsOf((await trainedTo(done, kit)).state);
      await train(further, [...otherSteps, ...stepsFrom(0, lastStep)]);
      for (const { path, state, dict } of ownersIn(further.state, data)) {
        await state.loadStateDict(dict);
        await settled();
        assertSameBits(await bitsOf(state), await bitsOf(loaded(dict)), `${path} of step ${done}`);
      }
    }
  },

  "loadStateDict has loaded once it returned, or its promise resolved": async (kit) => {
    const [subject, data] = [await kit.make(), await bitsOf((await trainedTo(3, kit)).state)];
    for (const { path, state, dict } of ownersIn(subject.state, data)) {
      await state.loadStateDict(dict);
      assertSameBits(await bitsOf(state), await bitsOf(loaded(dict)), path);
    }
  },
};

// Goes through a checkpoint like the live state, so that both come back in the same form.
function loaded(dict: unknown): unknown {
  return { stateDict: () => dict, loadStateDict: () => {} };
}
