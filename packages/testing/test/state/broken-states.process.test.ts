import { expect, test } from "@jest/globals";
import { trainingStateContract } from "@reprise/testing";
import { brokenState, type StateDefect } from "../fixtures/broken-states.ts";
import { collectFailures, type ContractResult } from "../fixtures/collect-failures.ts";
import { Momentum } from "../fixtures/momentum.ts";

const alike = "two instances that are trained alike are alike";
const shows = "training shows in what is saved";
const twice = "saving twice gives the same bits";
const undisturbed = "saving changes nothing: training goes on as without it";
const oneInstant = "a save is of one instant, although training goes on while it is written";
const takesOver = "a fresh instance takes the saved state over, bit for bit";
const goesOn = "a fresh instance goes on as the saved one would have";
const beforeFirst = "a state of before the first step is one like any other";
const dirty =
  "an instance that was trained otherwise takes the saved state over and goes on from it";
const resumed = "what was saved is loaded once resuming says so";
const goesBack = "an instance that was trained further goes back to what loadStateDict is given";
const loaded = "loadStateDict has loaded once it returned, or its promise resolved";
const floats = "NaN payloads, −0, subnormals and infinities come back as they are";
const integers = "integers beyond 2^53 come back as they are, or are refused";
const lacking = "a state that lacks an entry is refused and changes nothing";
const shorter = "a state with a shorter tensor is refused and changes nothing";

// What compares two saves of one state fails for a state that never is the same twice.
const comparing = [takesOver, goesOn, beforeFirst, dirty, resumed, goesBack];
const damaging = [floats, integers, lacking, shorter];

/** The tests that must fail for a state with a defect: these, and no other. */
const expected: Record<StateDefect, readonly string[]> = {
  savesNothing: [shows, goesOn, dirty],
  sharesWeightsWithAllInstances: [alike, undisturbed, oneInstant, goesOn, beforeFirst, dirty],
  forgetsMomentum: [goesOn, dirty],
  forgetsItsGenerator: [goesOn, dirty],
  roundsToFloat32: [goesOn, dirty],
  losesTheSignOfZero: [floats],
  writesNaNAsNull: [floats],
  losesPayloadsOfNaN: [floats],
  flushesSubnormals: [floats],
  readsIntegersAsNumbers: [takesOver, goesOn, dirty, resumed, goesBack, loaded, floats, integers],
  ordersItsKeysAnew: [twice, undisturbed, ...comparing, ...damaging],
  savesTheTime: [alike, twice, undisturbed, oneInstant, ...comparing, loaded, ...damaging],
  drawsWhenItSaves: [twice, undisturbed, ...comparing, loaded, ...damaging],
  emptiesWhatItSaves: [undisturbed, takesOver, dirty, resumed, floats, integers],
  readsTheLiveArrayLater: [oneInstant],
  loadsBeforeItLooks: [lacking, shorter],
  takesWhateverItIsGiven: [goesBack, lacking, shorter],
  loadsLater: [resumed, loaded],
  loadsOnlySlotsThatItHas: [takesOver, goesOn, resumed, goesBack, loaded, floats, integers],
  refusesAStateWithoutSlots: [beforeFirst, goesBack],
  keepsSlotsThatWereNotSaved: [goesBack],
  addsToWhatItHas: [dirty, goesBack],
};

function contractOf(make: () => Momentum): Promise<ContractResult> {
  return collectFailures((it) =>
    trainingStateContract({
      it,
      make() {
        const momentum = make();
        return { state: { momentum }, train: (step) => momentum.train(step) };
      },
    }),
  );
}

test.each(Object.entries(expected) as [StateDefect, readonly string[]][])(
  "a training state that %s fails exactly the tests that say so",
  async (defect, names) => {
    expect((await contractOf(() => brokenState(defect))).failed).toEqual(names);
  },
);

test("a time in a state is seen although it changes only once a millisecond", async () => {
  class SavesMilliseconds extends Momentum {
    override stateDict() {
      return { ...super.stateDict(), savedAt: Date.now() };
    }
  }
  const { failed } = await contractOf(() => new SavesMilliseconds());
  expect(failed).toEqual(expect.arrayContaining([alike, twice]));
});

test("a violation names the place and the bits on both sides", async () => {
  const { messages } = await contractOf(() => brokenState("losesTheSignOfZero"));
  expect(messages).toEqual([
    "ContractViolation: the state: at $.momentum.weights[1], expected -0 (0x8000000000000000), " +
      "found 0 (0x0000000000000000), 0 ulp apart",
  ]);
});

test("a correct state fails none", async () => {
  const { failed, messages } = await contractOf(() => new Momentum());
  expect([failed, messages]).toEqual([[], []]);
});

test("every test of the suite is failed by some defect", async () => {
  const caught = new Set(Object.values(expected).flat());
  const { names } = await contractOf(() => new Momentum());
  expect(names.filter((name) => !caught.has(name))).toEqual([]);
});
