import { describe, expect, test } from "@jest/globals";
import { BackupAndRestore, isRepriseError, train } from "@reprise/loop";
import {
  interruptAt,
  replay,
  type Schedule,
  shrinkSchedule,
  type TrainingIo,
} from "../../src/index.ts";
import { exact, thirdInterruption } from "../../src/mutants.ts";

/** Six steps, each of them saved, and what happened to it on the way. */
function recorded() {
  const lives: { steps: number[]; ended: string }[] = [];
  const training = async ({ store }: TrainingIo) => {
    const life = { steps: [] as number[], ended: "frozen" };
    lives.push(life);
    const sum = new Float64Array(1);
    try {
      const run = await train({
        state: { sum },
        callbacks: [new BackupAndRestore(store, { saveFreq: 1, onEvent: () => {} })],
      });
      for await (const step of run.steps(6)) {
        life.steps.push(step.index);
        sum[0] = (sum[0] ?? 0) * 2 + step.index;
      }
      life.ended = "completed";
    } catch (error) {
      life.ended = isRepriseError(error) ? error.code : String(error);
      throw error;
    }
    return sum[0];
  };
  return { training, lives };
}

const undisturbed = 1 * 16 + 2 * 8 + 3 * 4 + 4 * 2 + 5;

describe("replay", () => {
  test.each<[Schedule, { steps: number[]; ended: string }[]]>([
    [interruptAt(2, { save: 3 }), [at([0, 1], "frozen"), at([1, 2, 3], "frozen"), at([4, 5])]],
    [[{ save: 2, landed: false }], [at([0, 1], "frozen"), at([1, 2, 3, 4, 5])]],
    [[{ operation: 1 }], [at([], "frozen"), at([0, 1, 2, 3, 4, 5])]],
    [[{ boundary: 4 }], [at([0, 1, 2], "frozen"), at([2, 3, 4, 5])]],
    [[{ step: 3, kind: "term" }], [at([0, 1, 2], "frozen"), at([3, 4, 5])]],
    [[{ save: 3, kind: "term" }], [at([0, 1, 2, 3], "frozen"), at([4, 5])]],
    [[{ save: 1, kind: "error" }], [at([0], "SAVE_FAILED"), at([0, 1, 2, 3, 4, 5])]],
    [[{ save: 2, kind: "error" }], [at([0, 1, 2, 3, 4, 5])]],
    [
      [{ operation: 2, kind: "error", code: "STORE_FULL" }],
      [at([], "STORE_FULL"), at([0, 1, 2, 3, 4, 5])],
    ],
  ])("%j", async (schedule, expected) => {
    const { lives, training } = recorded();
    expect(await replay(training, schedule)).toBe(undisturbed);
    expect(lives).toEqual(expected);
  });

  test("an interruption that does not come to pass is an error, not a success", async () => {
    const { training } = recorded();
    await expect(replay(training, [{ save: 7 }])).rejects.toThrow(
      'Interruption 1 of the schedule, {"save":7}, did not happen: that life completed at step 6, after ' +
        "6 saves",
    );
    await expect(replay(training, [{ save: 2, kind: "error" }, { save: 1 }])).rejects.toThrow(
      "complete in spite of the one before",
    );
  });

  test("rejects with what the last life throws", async () => {
    const training = async () => {
      throw new RangeError("no data");
    };
    await expect(replay(training, [])).rejects.toThrow(new RangeError("no data"));
  });

  test.each<[unknown, string]>([
    ["save", 'Expected a schedule, an array of interruptions, found "save"'],
    [[7], "is no object"],
    [[{}], "exactly one of save, operation, step, boundary"],
    [[{ save: 1, step: 1 }], "exactly one of"],
    [[{ save: 0 }], "whole numbers from 1"],
    [[{ step: 1.5 }], "whole numbers from 1"],
    [[{ save: 1, kind: "powerLoss" }], 'of kind "kill", "term" or "error"'],
    [[{ step: 1, kind: "error" }], "needs a save or an operation"],
  ])("refuses the schedule %j", async (schedule, message) => {
    await expect(replay(recorded().training, schedule as Schedule)).rejects.toThrow(message);
  });
});

describe("shrinkSchedule", () => {
  test("leaves what is needed: three kills in a row", async () => {
    const found: Schedule = [
      { save: 2 },
      { operation: 3, kind: "error" },
      { save: 1, kind: "term" },
      { save: 1 },
      { save: 1, landed: true },
      { save: 1 },
    ];
    const shortest = await shrinkSchedule(thirdInterruption, found);
    expect(shortest).toEqual([{ save: 1 }, { save: 1 }, { save: 1 }]);
  });

  test("refuses a schedule that is survived", async () => {
    await expect(shrinkSchedule(exact, [{ save: 2 }])).rejects.toThrow("nothing to shrink");
  });
});

function at(steps: number[], ended = "completed") {
  return { steps, ended };
}
