import { describe, expect, test } from "@jest/globals";
import { explore } from "./explore.ts";
import { completing, keeping, releasing, scenario } from "./scenarios.ts";

// One run at a time, which is disturbed at every step; after a fault another one is started. What is
// promised stands in `promises.ts`.

describe("one run at a time breaks no promise, whatever happens at whichever step:", () => {
  test.each([
    ["two crashes", scenario([releasing], { crashes: 2 }), 1500],
    ["two crashes, and the run is complete", scenario([completing], { crashes: 2 }), 600],
    ["two crashes, and the finished run is kept", scenario([keeping], { crashes: 2 }), 500],
    ["two losses of power", scenario([releasing], { powerLosses: 2 }), 3000],
    ["a crash and a loss of power", scenario([completing], { crashes: 1, powerLosses: 1 }), 1500],
    ["two calls that fail", scenario([releasing], { failures: 2 }), 1500],
    [
      "a call that fails, and a loss of power",
      scenario([releasing], { failures: 1, powerLosses: 1 }),
      4000,
    ],
  ])("%s", async (_name, tried, atLeast) => {
    const { broken, worlds } = await explore(tried);
    expect(broken).toBeUndefined();
    expect(worlds).toBeGreaterThan(atLeast);
  });
});
