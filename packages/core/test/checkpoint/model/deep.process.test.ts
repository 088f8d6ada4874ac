import { describe, expect, jest, test } from "@jest/globals";
import { explore } from "./explore.ts";
import { afterKill, completing, keeping, scenario } from "./scenarios.ts";

// What takes too long for every run of the unit tests.

jest.setTimeout(300_000);

describe("no promise is broken", () => {
  const two = [completing, completing];
  const three = [completing, completing, completing];
  test.each([
    ["by two runs in any order, and a crash", scenario(two, { crashes: 1 }), 100_000],
    [
      "by two runs in any order, and a crash, when finished runs are kept",
      scenario([keeping, keeping], { crashes: 1 }),
      30_000,
    ],
    [
      "by two runs in any order, and two losses of power",
      scenario(two, { powerLosses: 2 }),
      100_000,
    ],
    ["by two runs in any order, and a call that fails", scenario(two, { failures: 1 }), 35_000],
    [
      "by one run, a call that fails, a crash, and a loss of power",
      scenario([completing], { failures: 1, crashes: 1, powerLosses: 1 }),
      35_000,
    ],
    ["by three runs that are paused three times", scenario(three, { pauses: 3 }), 100_000],
    [
      "by three runs of which one is paused, after a kill, and a crash",
      scenario(three, { pauses: 1, crashes: 1 }, afterKill),
      20_000,
    ],
  ])("%s", async (_name, tried, atLeast) => {
    const { broken, worlds } = await explore(tried);
    expect(broken).toBeUndefined();
    expect(worlds).toBeGreaterThan(atLeast);
  });
});
