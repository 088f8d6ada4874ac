import { describe, expect, test } from "@jest/globals";
import { everyInterruption, replay, type Schedule } from "../../src/index.ts";
import {
  decayWithoutFresh,
  epochEdge,
  exact,
  float32Truncation,
  momentumNotSaved,
  paramsReassigned,
  randomNotSaved,
  reshuffleOnResume,
  savedBeforeCounting,
  thirdInterruption,
  wallClock,
} from "../../src/mutants.ts";

const exactly = "The training does not resume exactly.";
/** The second undisturbed run has other clocks. */
const saved = "What is saved is not the same in two undisturbed runs, first in save 1.";

/** For each loop with one mistake: what is found, and the shortest way to it. */
const found: Readonly<Record<string, readonly [reason: string, path: string, Schedule]>> = {
  decayWithoutFresh: [exactly, "$.weights[0]", [{ save: 1 }]],
  epochEdge: [exactly, "$.weights[0]", [{ save: 4 }]],
  float32Truncation: [exactly, "$.weights[0]", [{ save: 1 }]],
  momentumNotSaved: [exactly, "$.weights[0]", [{ save: 1 }]],
  paramsReassigned: [exactly, "$.params[0]", [{ save: 1 }]],
  randomNotSaved: [exactly, "$.weights[0]", [{ save: 1 }]],
  reshuffleOnResume: [exactly, "$.weights[0]", [{ save: 5 }]],
  savedBeforeCounting: [exactly, "$.weights[0]", [{ save: 1 }]],
  thirdInterruption: [exactly, "$.weights[0]", [{ save: 1 }, { save: 1 }, { save: 1 }]],
  wallClock: [saved, "$.state.report.updatedAt", []],
};

describe("loops with one mistake", () => {
  const mutants = {
    decayWithoutFresh,
    epochEdge,
    float32Truncation,
    momentumNotSaved,
    paramsReassigned,
    randomNotSaved,
    reshuffleOnResume,
    savedBeforeCounting,
    thirdInterruption,
    wallClock,
  };

  test.each(Object.entries(mutants))("%s is found, the shortest way", async (name, loop) => {
    const [reason, path, schedule] = found[name] ?? [];
    const { failure } = await everyInterruption(loop);
    expect(failure).toMatchObject({ reason, schedule, difference: { path } });
  });

  test.each(Object.entries(mutants).filter(([name]) => found[name]?.[2].length))(
    "%s differs when what was found is played again",
    async (name, loop) => {
      const schedule = found[name]?.[2] ?? [];
      expect(await replay(loop, schedule)).not.toEqual(await replay(loop, []));
    },
  );

  test("the same loop without a mistake resumes from every state", async () => {
    const { failure, states } = await everyInterruption(exact);
    expect(failure).toBeUndefined();
    // Nothing; the 12 saves; and with a SIGTERM the ends of the 3 loops and of the 3 epochs.
    expect(states).toBe(1 + 12 + 3 + 3);
  });
});
