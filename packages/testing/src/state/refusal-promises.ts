import type { StateDict, StateValue } from "@reprise/core";
import { assert, assertSameBits } from "../contract/assert.ts";
import { outcomeOf } from "../contract/outcome.ts";
import { bitsOf, resume, savedIn } from "./checkpoint.ts";
import { type Damage, missingEntries, shorterTensors } from "./damage.ts";
import { ownersIn, plant } from "./owners.ts";
import {
  otherSteps,
  settled,
  type StateKit,
  type StatePromises,
  train,
  savedAt,
} from "./promise-kit.ts";

/** What a training state promises about data that is not a state of it. */
export const refusalPromises: StatePromises = {
  "a state that lacks an entry is refused and changes nothing": (kit) =>
    showRefused(missingEntries, kit),

  "a state with a shorter tensor is refused and changes nothing": (kit) =>
    showRefused(shorterTensors, kit),
};

type FindDamage = (data: StateValue, born: StateValue) => readonly Damage[];

async function showRefused(find: FindDamage, kit: StateKit): Promise<void> {
  const born = await bitsOf((await kit.make()).state);
  const store = await savedAt(3, kit);
  const subject = await kit.make();
  await train(subject, otherSteps);
  const before = await bitsOf(subject.state);

  const show = async (what: string, load: () => Promise<unknown>): Promise<void> => {
    const outcome = await outcomeOf(load());
    assert("error" in outcome, `a state of which ${what} was loaded`);
    await settled();
    assertSameBits(await bitsOf(subject.state), before, `the state after one of which ${what}`);
  };

  const data = await savedIn(store);
  for (const { what, inflict } of find(data, born)) {
    const damaged = inflict(await savedIn(store));
    const { state: live } = subject;
    // As it began, so that nothing is taken for what came or went while it was trained.
    const planted = await plant(damaged, { live, born: damaged, open: kit.open });
    await show(`${what} at resume`, () => resume(subject.state, planted));
  }
  for (const { path, state, dict } of ownersIn(subject.state, data)) {
    const bornDict = ownersIn(subject.state, born).find((other) => other.path === path)?.dict;
    for (const { what, inflict } of find(dict, bornDict)) {
      const damaged = inflict(partAt(path, subject.state, await savedIn(store))) as StateDict;
      await show(`${what} (loadStateDict of ${path})`, async () => state.loadStateDict(damaged));
    }
  }
}

function partAt(path: string, live: unknown, data: StateValue): StateValue {
  return ownersIn(live, data).find((owner) => owner.path === path)?.dict;
}
