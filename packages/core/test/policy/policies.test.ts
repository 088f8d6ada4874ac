import { describe, expect, test } from "@jest/globals";
import { anyOf } from "../../src/policy/any-of.ts";
import { everyEpochs } from "../../src/policy/every-epochs.ts";
import { everySeconds } from "../../src/policy/every-seconds.ts";
import { everySteps } from "../../src/policy/every-steps.ts";
import type { SaveContext, SavePolicy } from "../../src/policy/save-policy.ts";
import { keyedRandom } from "../../src/position/random.ts";

const stepsPerEpoch = 7;
const epochs = 12;

/** The save points of a run, in order: each batch, and the end of each epoch. One second a batch. */
function* savePoints(): Generator<Omit<SaveContext, "last">> {
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let batch = 1; batch <= stepsPerEpoch; batch++) {
      const step = epoch * stepsPerEpoch + batch;
      yield { point: "batch", step, epochs: epoch, seconds: step };
    }
    const step = (epoch + 1) * stepsPerEpoch;
    yield { point: "epoch", step, epochs: epoch + 1, seconds: step };
  }
}

/**
 * The saves of a run: `step epochs` of each. `interruptedAt` are save points (counted from 0) behind
 * which the process was killed: the next one begins at the last save.
 */
function saves(policy: SavePolicy, interruptedAt: readonly number[] = []): string[] {
  const points = [...savePoints()];
  const found = new Set<string>();
  const kills = [...interruptedAt];
  let saved = -1;
  let last = { step: 0, epochs: 0, seconds: 0 };
  for (let at = 0; at < points.length; at++) {
    const point = points[at];
    if (point === undefined) break;
    if (policy.isDue({ ...point, last })) {
      saved = at;
      last = point;
      found.add(`${point.step} ${point.epochs}`);
    }
    if (at === kills[0]) {
      kills.shift();
      at = saved;
      last = { ...last, seconds: points[saved]?.seconds ?? 0 };
    }
  }
  return [...found];
}

describe("everySteps", () => {
  test("is due at each multiple, across epochs", () => {
    expect(saves(everySteps(20))).toEqual(["20 2", "40 5", "60 8", "80 11"]);
  });

  test("is due once for several multiples that were passed at once", () => {
    const last = { step: 5, epochs: 0, seconds: 0 };
    const context = { point: "batch", epochs: 0, seconds: 0, last } as const;
    const policy = everySteps(10);
    expect([9, 10, 19, 20, 47].map((step) => policy.isDue({ ...context, step }))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  test("keeps its rhythm after a save that came on top, such as that of a stop", () => {
    const last = { step: 13, epochs: 0, seconds: 0 };
    const context = { point: "batch", epochs: 0, seconds: 0, last } as const;
    const steps = Array.from({ length: 10 }, (_, index) => 14 + index);
    expect(steps.find((step) => everySteps(10).isDue({ ...context, step }))).toBe(20);
  });
});

describe("everyEpochs", () => {
  test("is due at the end of each, never between two batches", () => {
    expect(saves(everyEpochs(1))).toHaveLength(epochs);
    expect(saves(everyEpochs(5))).toEqual(["35 5", "70 10"]);
    const last = { step: 0, epochs: 0, seconds: 0 };
    expect(everyEpochs(1).isDue({ point: "batch", step: 7, epochs: 1, seconds: 0, last })).toBe(
      false,
    );
  });
});

describe("everySeconds", () => {
  test("is due at the first save point after that time since the last save", () => {
    expect(saves(everySeconds(30))).toEqual(["30 4", "60 8"]);
    const last = { step: 0, epochs: 0, seconds: 100.5 };
    const due = (seconds: number): boolean =>
      everySeconds(0.5).isDue({ point: "batch", step: 1, epochs: 0, seconds, last });
    expect([100.9, 101, 102].map(due)).toEqual([false, true, true]);
  });
});

describe("the saves of a run that is interrupted", () => {
  test.each([everySteps(1), everySteps(4), everySteps(13), everyEpochs(1), everyEpochs(3)])(
    "are those of the undisturbed run, wherever it was: $name",
    (policy) => {
      const undisturbed = saves(policy);
      const points = [...savePoints()].length;
      const seed = 20_261_123;
      for (let round = 0; round < 50; round++) {
        const stream = keyedRandom(seed)("kills", round);
        const kills = Array.from({ length: 5 }, () => stream.int(points)).toSorted((a, b) => a - b);
        expect({ seed, kills, saves: saves(policy, kills) }).toEqual({
          seed,
          kills,
          saves: undisturbed,
        });
      }
    },
  );
});

describe("anyOf", () => {
  const three = [everySteps(5), everyEpochs(2), everySeconds(9)] as const;

  /** Each single decision of a policy, over many contexts. */
  function decisions(policy: SavePolicy): boolean[] {
    const points = [...savePoints()];
    return points.flatMap((last, from) =>
      points.slice(from + 1).map((point) => policy.isDue({ ...point, last })),
    );
  }

  test("of one is that one, and of the same twice as well", () => {
    for (const policy of three) {
      expect(decisions(anyOf(policy))).toEqual(decisions(policy));
      expect(decisions(anyOf(policy, policy))).toEqual(decisions(policy));
      expect(anyOf(policy).epochsOnly).toBe(policy.epochsOnly);
    }
  });

  test("does not depend on order or grouping", () => {
    const [a, b, c] = three;
    const expected = decisions(anyOf(a, b, c));
    expect(decisions(anyOf(c, a, b))).toEqual(expected);
    expect(decisions(anyOf(anyOf(a, b), c))).toEqual(expected);
    expect(decisions(anyOf(a, anyOf(b, c)))).toEqual(expected);
  });

  test("is due exactly when one of them is: none can silence another", () => {
    const each = three.map(decisions);
    const expected = decisions(three[0]).map((_, index) => each.some((all) => all[index]));
    expect(decisions(anyOf(...three))).toEqual(expected);
  });

  test("can only wait for epochs if all of them do", () => {
    expect(anyOf(everyEpochs(1), everyEpochs(2)).epochsOnly).toBe(true);
    expect(anyOf(everyEpochs(1), everySteps(2)).epochsOnly).toBe(false);
  });

  test("names them all", () => {
    expect(anyOf(everySteps(5), everySeconds(60)).name).toBe("every 5 steps or every 60 seconds");
  });

  test("of none is refused", () => {
    expect(() => anyOf()).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});

describe("what a policy is given", () => {
  test.each([0, -1, 1.5, NaN, Infinity, "3", true, null, undefined, 2 ** 53])(
    "everySteps and everyEpochs refuse %p",
    (value) => {
      for (const make of [everySteps, everyEpochs]) {
        expect(() => make(value as number)).toThrow(
          expect.objectContaining({
            code: "INVALID_ARGUMENT",
            message: expect.stringContaining(make.name),
          }),
        );
      }
    },
  );

  test.each([0, -1, NaN, Infinity, "3", true, null])("everySeconds refuses %p", (value) => {
    expect(() => everySeconds(value as number)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
