import { expect, test } from "@jest/globals";
import { callbackContract } from "@reprise/testing";
import { brokenCallback, type CallbackDefect } from "../fixtures/broken-callbacks.ts";
import { collectFailures, type ContractResult } from "../fixtures/collect-failures.ts";
import { Patience } from "../fixtures/patience.ts";

// Falls for two epochs, rises once, falls, and then rises for good.
const losses = [0.9, 0.8, 0.7, 0.6, 0.8, 0.7, 0.5, 0.4, 0.6, 0.6, 0.7, 0.7, 0.1, 0.1];

const hasKey = "a callback with state has a key, the same in every instance";
const alike = "two runs with the same logs end alike";
const undisturbed = "saving changes nothing";
const anywhere =
  "interrupted anywhere and resumed by a fresh instance, a run ends as though it had not been";
const again = "what runs again after an interruption counts once";
const often = "interrupted after every save, a run ends as though it had not been";
const used = "an instance that took part in another run resumes like a fresh one";

/** The tests that must fail for a callback with a defect: these, and no other. */
const expected: Record<CallbackDefect, readonly string[]> = {
  savesNothing: [anywhere, again, often, used],
  forgetsToWait: [anywhere, again, often, used],
  keepsItsPatienceInAClosure: [anywhere, again, used],
  countsItsInstancesInItsKey: [hasKey, anywhere, again, often, used],
  drawsItsKey: [hasKey, anywhere, again, often, used],
  hasNoKey: [hasKey, alike, undisturbed, anywhere, again, often, used],
  cannotLoad: [hasKey, anywhere, again, often, used],
  savesTheTime: [alike, undisturbed, anywhere, again, often, used],
  beginsAnewInEveryLife: [anywhere, again, often],
  preparesOnlyAFreshStart: [anywhere, again, often],
  emptiesWhatItSaves: [undisturbed, anywhere, again, used],
  loadsLater: [anywhere, again, often, used],
  addsToWhatItHas: [used],
};

function contractOf(
  make: (optimizer: { learningRate: number }) => Patience,
): Promise<ContractResult> {
  return collectFailures((it) =>
    callbackContract({
      it,
      epochs: 7,
      logs: (step) => ({ loss: losses[step] ?? NaN }),
      make() {
        const optimizer = { learningRate: 1 };
        return { callback: make(optimizer), state: { optimizer } };
      },
    }),
  );
}

test.each(Object.entries(expected) as [CallbackDefect, readonly string[]][])(
  "a callback that %s fails exactly the tests that say so",
  async (defect, names) => {
    const { failed } = await contractOf((optimizer) => brokenCallback(defect, optimizer));
    expect(failed).toEqual(names);
  },
);

test("a violation names where the run was interrupted, and what is different", async () => {
  const { messages } = await contractOf((optimizer) => brokenCallback("forgetsToWait", optimizer));
  expect(messages[0]).toBe(
    "ContractViolation: interrupted when epoch 4 has ended, and resumed: the run: at $.end, expected " +
      '"completed: no better than 0.45", found "completed: all epochs are done"',
  );
});

test("a correct callback fails none", async () => {
  const { failed, messages } = await contractOf((optimizer) => new Patience(optimizer));
  expect([failed, messages]).toEqual([[], []]);
});

test("every test of the suite is failed by some defect", async () => {
  const caught = new Set(Object.values(expected).flat());
  const { names } = await contractOf((optimizer) => new Patience(optimizer));
  expect(names.filter((name) => !caught.has(name))).toEqual([]);
});

test("a run that has not saved before it fails is no test of resuming", async () => {
  const { failed, messages } = await collectFailures((it) =>
    callbackContract({
      it,
      logs: () => ({}),
      make: () => ({ callback: { onTrainBegin: () => Promise.reject(new Error("not today")) } }),
    }),
  );
  expect(failed).toEqual([anywhere, again, used]);
  expect(messages[0]).toMatch(/log more steps/);
});
