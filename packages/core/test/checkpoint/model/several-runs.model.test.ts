import { describe, expect, test } from "@jest/globals";
import { explore } from "./explore.ts";
import { afterKill, completing, keeping, releasing, sameThread, scenario } from "./scenarios.ts";

// Several runs on one store. Each may be paused anywhere for as long as others take, be taken for
// dead, and wake up.

describe("two runs in any order of their steps break no promise:", () => {
  test.each([
    ["both to completion", scenario([completing, completing]), 3000],
    ["both to a release, after a kill", scenario([releasing, releasing], {}, afterKill), 10_000],
    ["one to completion, one to a release", scenario([completing, releasing]), 5000],
    ["both to completion, which is kept", scenario([keeping, keeping]), 2000],
    ["with a loss of power", scenario([completing, completing], { powerLosses: 1 }), 10_000],
    [
      "of one thread, with a loss of power",
      scenario([releasing, releasing], { powerLosses: 1 }, sameThread),
      4000,
    ],
  ])("%s", async (_name, tried, atLeast) => {
    const { broken, worlds } = await explore(tried);
    expect(broken).toBeUndefined();
    expect(worlds).toBeGreaterThan(atLeast);
  });

  test("and a run knows no more of what it was told than the model has it know", async () => {
    const tried = scenario([completing, completing], { powerLosses: 1 }, { comparedTales: 4 });
    expect((await explore(tried)).broken).toBeUndefined();
  });
});

// Both would take over from each other for as long as somebody let them, hence not in any order.
test("two runs that are taken for dead, and paused three times at whichever steps, break no promise", async () => {
  const { broken, worlds } = await explore(
    scenario([completing, completing], { pauses: 3 }, { presence: "dead" }),
  );
  expect(broken).toBeUndefined();
  expect(worlds).toBeGreaterThan(2000);
});

test("three runs that are paused twice at whichever steps break no promise", async () => {
  const { broken, worlds } = await explore(
    scenario([completing, completing, completing], { pauses: 2 }),
  );
  expect(broken).toBeUndefined();
  expect(worlds).toBeGreaterThan(15_000);
});
