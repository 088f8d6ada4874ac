import { describe, expect, test } from "@jest/globals";
import { everySeconds } from "../../src/policy/every-seconds.ts";
import { toSavePolicy } from "../../src/policy/save-frequency.ts";

describe("saveFreq", () => {
  test.each([
    ["epoch", { name: "every 1 epochs", epochsOnly: true }],
    [200, { name: "every 200 steps", epochsOnly: false }],
    [false, { name: "never", epochsOnly: false }],
  ])("%p stands for a policy", (saveFreq, expected) => {
    expect(toSavePolicy(saveFreq, true)).toMatchObject(expected);
  });

  test("a policy stands for itself, one of the user's own included", () => {
    const own = { name: "at prime steps", epochsOnly: false, isDue: () => true };
    for (const policy of [everySeconds(60), own]) expect(toSavePolicy(policy, true)).toBe(policy);
  });

  test("false is never due", () => {
    const last = { step: 0, epochs: 0, seconds: 0 };
    const context = { point: "epoch", step: 1e9, epochs: 1e6, seconds: 1e9, last } as const;
    expect(toSavePolicy(false, true).isDue(context)).toBe(false);
  });

  test.each([
    [0, /false/],
    [null, /false/],
    ["batch", /1/],
    [true, /1/],
    [-1, /-1/],
    [1.5, /1\.5/],
    [NaN, /NaN/],
    [Infinity, /Infinity/],
    ["epochs", /"epochs"/],
    ["200", /"200"/],
    [undefined, /undefined/],
    [{}, /object/],
    [{ name: "no isDue" }, /object/],
    [() => true, /function/],
  ])("%p is refused with what was found and what to write", (saveFreq, message) => {
    expect(() => toSavePolicy(saveFreq, true)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        details: { found: saveFreq },
        message: expect.stringMatching(message),
      }),
    );
  });

  test('"auto" needs a store that keeps a ledger to learn from', () => {
    expect(toSavePolicy("auto", true)).toMatchObject({ name: "auto", epochsOnly: false });
    expect(() => toSavePolicy("auto", false)).toThrow(/with a ledger/);
  });
});
