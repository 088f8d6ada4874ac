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

/** Loops with one mistake: what is found, and the shortest way to it. */
const mutants = {
  decayWithoutFresh: [decayWithoutFresh, exactly, "$.weights[0]", [{ save: 1 }]],
  epochEdge: [epochEdge, exactly, "$.weights[0]", [{ save: 4 }]],
  float32Truncation: [float32Truncation, exactly, "$.weights[0]", [{ save: 1 }]],
  momentumNotSaved: [momentumNotSaved, exactly, "$.weights[0]", [{ save: 1 }]],
  paramsReassigned: [paramsReassigned, exactly, "$.params[0]", [{ save: 1 }]],
  randomNotSaved: [randomNotSaved, exactly, "$.weights[0]", [{ save: 1 }]],
  reshuffleOnResume: [reshuffleOnResume, exactly, "$.weights[0]", [{ save: 5 }]],
  savedBeforeCounting: [savedBeforeCounting, exactly, "$.weights[0]", [{ save: 1 }]],
  thirdInterruption: [
    thirdInterruption,
    exactly,
    "$.weights[0]",
    [{ save: 1 }, { save: 1 }, { save: 1 }],
  ],
  wallClock: [wallClock, saved, "$.state.report.updatedAt", []],
} satisfies Record<string, readonly [typeof exact, string, string, Schedule]>;

describe("loops with one mistake", () => {
  test.each(Object.entries(mutants))(
    "%s is found, the shortest way",
    async (_name, [loop, reason, path, schedule]) => {
      const { failure } = await everyInterruption(loop);
      expect(failure).toMatchObject({ reason, schedule, difference: { path } });
    },
  );

  test.each(Object.entries(mutants).filter(([, [, , , schedule]]) => schedule.length > 0))(
    "%s differs when what was found is played again",
    async (_name, [loop, , , schedule]) => {
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
