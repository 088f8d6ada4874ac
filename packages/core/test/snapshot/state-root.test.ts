import { describe, expect, test } from "@jest/globals";
import { requireStateRoot } from "../../src/snapshot/state-root.ts";

describe("the state of a program", () => {
  test.each([
    ["a number", 5, "state cannot be saved: it is 5,"],
    ["nothing", undefined, "state cannot be saved: it is undefined,"],
    [
      "a number under a name",
      { step: 5 },
      "state.step cannot be saved: it is 5, which nothing can be loaded into. Put it into an object, or give { get, set }.",
    ],
    ["null under a name", { model: null }, "state.model cannot be saved: it is null"],
  ])("cannot be %s", (_, state, message) => {
    let refusal = "accepted";
    try {
      requireStateRoot(state);
    } catch (error) {
      refusal = (error as Error).message;
    }
    expect(refusal.slice(0, message.length)).toBe(message);
  });

  test.each([
    ["a typed array", new Float32Array(1)],
    ["a Map", new Map([["step", 5]])],
    ["an object with the protocol", { stateDict: () => ({}), loadStateDict: () => {} }],
    ["{ get, set }", { get: () => 5, set: () => {} }],
    ["an object of objects", { a: { step: 5 }, w: new Float32Array(1) }],
  ])("can be %s", (_, state) => {
    expect(() => requireStateRoot(state)).not.toThrow();
  });
});
