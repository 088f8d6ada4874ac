import { describe, expect, test } from "@jest/globals";
import { BackupAndRestore, isRepriseError, train } from "@reprise/loop";
import { liveRuns } from "@reprise/core";
import { everyInterruption, type Schedule, type TrainingIo } from "../../src/index.ts";

interface Toy {
  readonly steps?: number;
  readonly saveFreq?: number;
  /** Called in each life, with what it needs to go wrong. */
  readonly body?: (life: { step: number; sum: Float64Array; resumed: boolean }) => void;
}

function toy({ steps = 4, saveFreq = 1, body }: Toy = {}) {
  return async ({ store }: TrainingIo) => {
    const sum = new Float64Array(1);
    const run = await train({
      state: { sum },
      callbacks: [new BackupAndRestore(store, { saveFreq })],
    });
    for await (const step of run.steps(steps)) {
      sum[0] = (sum[0] ?? 0) * 1.1 + step.index + 1;
      body?.({ step: step.index, sum, resumed: run.resumed });
    }
    return { sum };
  };
}

describe("everyInterruption", () => {
  test("resumes from every save, and looks no further when there is nothing new", async () => {
    const { failure, lives, reference, states } = await everyInterruption(toy(), {
      kinds: ["kill"],
    });
    expect(failure).toBeUndefined();
    expect(reference).toEqual({ sum: new Float64Array([1.1 ** 3 + 2 * 1.1 ** 2 + 3 * 1.1 + 4]) });
    expect(states).toBe(5);
    expect(lives).toBe(2 + 5);
  });

  test("resumes from every boundary after a SIGTERM, saved or not", async () => {
    const { failure, states } = await everyInterruption(toy({ saveFreq: 3 }), { kinds: ["term"] });
    expect(failure).toBeUndefined();
    expect(states).toBe(5);
  });

  test("an error at every call of the store is survived or ends that life", async () => {
    const { failure, lives, states } = await everyInterruption(toy(), { kinds: ["error"] });
    expect(failure).toBeUndefined();
    expect(states).toBeGreaterThanOrEqual(2);
    expect(lives).toBeGreaterThan(30);
  });

  test("a training that listens to no notices is interrupted by kills and errors", async () => {
    const deaf = async ({ store }: TrainingIo) => {
      const sum = new Float64Array(1);
      const run = await train({
        state: { sum },
        callbacks: [new BackupAndRestore(store, { saveFreq: 1, preemption: false })],
      });
      for await (const step of run.steps(6)) sum[0] = (sum[0] ?? 0) * 1.1 + step.index;
      return { sum };
    };
    const { failure, lives, states } = await everyInterruption(deaf);
    expect(failure).toBeUndefined();
    expect(states).toBe(7);
    // What comes after the first save of a life is left to the life that resumes from it.
    expect(lives).toBeLessThan(7 * 40);
  });

  test("one schedule stands for all that lead to the same state", async () => {
    const { failure, states } = await everyInterruption(toy({ steps: 3 }));
    expect(failure).toBeUndefined();
    // The three saves, and the end of the loop, at which a SIGTERM may save as well.
    expect(states).toBe(1 + 3 + 1);
  });

  test("60 saves are 61 states", async () => {
    const training = toy({ steps: 60, saveFreq: 1 });
    const { failure, lives, states } = await everyInterruption(training, { kinds: ["kill"] });
    expect(failure).toBeUndefined();
    expect(states).toBe(61);
    expect(lives).toBe(2 + 61);
  });

  test("a kill runs no catch and no finally", async () => {
    const seen: string[] = [];
    const training = async (io: TrainingIo) => {
      try {
        return await toy()(io);
      } catch (error) {
        seen.push(String(error));
        throw error;
      } finally {
        seen.push("finally");
      }
    };
    const { failure, lives } = await everyInterruption(training, { kinds: ["kill"] });
    expect(failure).toBeUndefined();
    expect(seen).toEqual(Array(lives).fill("finally"));
  });

  test("leaves no run behind that a later one would take for alive", async () => {
    const before = new Set(liveRuns());
    await everyInterruption(toy());
    expect(new Set(liveRuns())).toEqual(before);
  });

  test("leaves the warnings of others, and the console as it was", async () => {
    const lines: unknown[] = [];
    const { warn } = console;
    console.warn = (line: unknown) => lines.push(line);
    const mine = console.warn;
    try {
      await everyInterruption(
        toy({ body: ({ step, resumed }) => step === 3 && !resumed && console.warn("mine") }),
        { kinds: ["kill"] },
      );
      expect(console.warn).toBe(mine);
    } finally {
      console.warn = warn;
    }
    expect(new Set(lines)).toEqual(new Set(["mine"]));
  });
});

describe("what everyInterruption refuses", () => {
  test("a training that fails by itself", async () => {
    const { failure } = await everyInterruption(async () => {
      throw new RangeError("no data");
    });
    expect(failure?.message).toContain("fails when nothing happens to it");
    expect(failure?.message).toContain("no data");
    expect(failure?.schedule).toEqual([]);
  });

  test("a training that never saves", async () => {
    const { failure } = await everyInterruption(toy({ saveFreq: 100 }));
    expect(failure?.reason).toContain("never saves");
  });

  test("a training that keeps what it changes outside of itself", async () => {
    const outside = new Float64Array(1);
    const { failure } = await everyInterruption(async ({ store }) => {
      const run = await train({
        state: { outside },
        callbacks: [new BackupAndRestore(store, { saveFreq: 1 })],
      });
      for await (const step of run.steps(3)) outside[0] = (outside[0] ?? 0) + step.index;
      return { outside };
    });
    expect(failure?.reason).toContain("not deterministic");
    expect(failure?.difference?.path).toBe("$.outside[0]");
  });

  test("a training that throws when it is resumed", async () => {
    const { failure } = await everyInterruption(
      toy({
        body: ({ step, resumed }) => {
          if (resumed && step === 2) throw new RangeError("the data begins at 0");
        },
      }),
    );
    expect(failure?.schedule).toEqual([{ save: 1 }]);
    expect(failure?.message).toContain("the data begins at 0");
  });

  test("a training whose state remembers every start", async () => {
    const { failure } = await everyInterruption(
      async ({ store }) => {
        const starts = { count: 0 };
        const sum = new Float64Array(1);
        const run = await train({
          state: { sum, starts },
          callbacks: [new BackupAndRestore(store, { saveFreq: 1 })],
        });
        starts.count += 1;
        for await (const step of run.steps(10)) sum[0] = (sum[0] ?? 0) + step.index;
        return { sum };
      },
      { kinds: ["kill"], maxStates: 20 },
    );
    expect(failure?.reason).toContain("no end");
    expect(failure?.schedule.length).toBeGreaterThan(1);
  });

  test("a training that goes wrong only after a SIGTERM", async () => {
    const training = async ({ store }: TrainingIo) => {
      const sum = new Float64Array(1);
      const run = await train({
        state: { sum },
        callbacks: [new BackupAndRestore(store, { saveFreq: 2 })],
      });
      const odd = run.position.step % 2;
      for await (const step of run.steps(4)) sum[0] = (sum[0] ?? 0) + step.index + odd;
      return { sum };
    };
    const { failure } = await everyInterruption(training);
    const expected: Schedule = [{ step: 1, kind: "term" }];
    expect(failure?.schedule).toEqual(expected);
  });

  test("a training that swallows an error of its store", async () => {
    const training = async (io: TrainingIo) =>
      toy()(io).catch((error: unknown) => {
        if (!isRepriseError(error)) throw error;
        return { sum: new Float64Array(1) };
      });
    const { failure } = await everyInterruption(training);
    expect(failure?.schedule).toEqual([{ operation: 1, kind: "error" }]);
    expect(failure?.difference?.path).toBe("$.sum[0]");
  });
});
