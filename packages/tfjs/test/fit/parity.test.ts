import { describe, expect, test } from "@jest/globals";
import "@reprise/testing/jest";
import { fit } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { type Case, dense, deterministic, optimizers } from "./models.ts";
import { type Call, hooks } from "./hooks.ts";
import { outcomeOf } from "./outcome.ts";

const common = { epochs: 3, batchSize: 3, shuffle: false };

/** Trains the same case with tfjs alone and with Reprise. */
async function bothOutcomes(make: () => Case): Promise<[plain: unknown, ours: unknown]> {
  const plain = make();
  const history = await plain.model.fit(plain.x, plain.y, {
    ...common,
    ...(plain.args as tf.ModelFitArgs),
  });
  const ours = make();
  const ourHistory = await fit(ours.model, ours.x, ours.y, { ...common, ...ours.args });
  return [await outcomeOf(plain.model, history), await outcomeOf(ours.model, ourHistory)];
}

describe("fit comes to the same bits as model.fit", () => {
  test.each(Object.entries(deterministic))("with %s", async (_, make) => {
    const [plain, ours] = await bothOutcomes(make);
    expect(ours).toBeBitIdenticalTo(plain);
  });

  test.each(Object.entries(optimizers))("with %s", async (_, optimizer) => {
    const [plain, ours] = await bothOutcomes(() => dense(optimizer()));
    expect(ours).toBeBitIdenticalTo(plain);
  });
});

describe("fit calls callbacks as model.fit does", () => {
  function recordingObject(calls: Call[]): tf.CustomCallbackArgs {
    const record = (hook: string) => (index: unknown, logs?: unknown) => {
      calls.push([
        hook,
        typeof index === "number" ? index : Object.keys(index as object),
        { ...(logs as object) },
      ]);
    };
    return Object.fromEntries(hooks.map((hook) => [hook, record(hook)]));
  }

  class Recording extends tf.Callback {
    calls: Call[] = [];
  }
  for (const hook of hooks) {
    Reflect.set(
      Recording.prototype,
      hook,
      async function (this: Recording, index: unknown, logs?: object) {
        const seen = await Promise.all(
          Object.entries(logs ?? {}).map(async ([name, value]) => [
            name,
            typeof value === "number" ? value : ["tensor", ...(await (value as tf.Tensor).data())],
          ]),
        );
        this.calls.push([
          hook,
          typeof index === "number" ? index : Object.keys(index as object),
          seen,
        ]);
      },
    );
  }

  const args = { epochs: 2, batchSize: 4, shuffle: false, validationSplit: 0.2 };

  test("that are objects", async () => {
    const [plain, ours] = [[], []] as [Call[], Call[]];
    const first = dense();
    await first.model.fit(first.x, first.y, { ...args, callbacks: recordingObject(plain) });
    const second = dense();
    await fit(second.model, second.x, second.y, { ...args, callbacks: recordingObject(ours) });
    expect(plain).toHaveLength(14);
    expect(ours).toEqual(plain);
  });

  test("that are instances of tf.Callback", async () => {
    const [plain, ours] = [new Recording(), new Recording()];
    const first = dense();
    await first.model.fit(first.x, first.y, { ...args, callbacks: [plain] });
    const second = dense();
    await fit(second.model, second.x, second.y, { ...args, callbacks: [ours] });
    expect(plain.calls).toHaveLength(14);
    expect(ours.calls).toEqual(plain.calls);
    expect(ours.params).toEqual(plain.params);
    expect((ours as unknown as { model: unknown }).model).toBe(Reflect.get(second.model, "model"));
  });

  test.each([
    ["onEpochBegin", 1],
    ["onBatchBegin", 1],
    ["onBatchEnd", 1],
    ["onEpochEnd", 0],
  ] as const)("and stops as it does after stopTraining in %s", async (hook, at) => {
    const run = async (
      train: (of: Case, callback: tf.CustomCallbackArgs) => Promise<tf.History>,
    ) => {
      const calls: Call[] = [];
      const of = dense();
      const recording = recordingObject(calls);
      const stop = (index: number, logs: tf.Logs) => {
        (recording as Record<string, (index: number, logs: tf.Logs) => void>)[hook]?.(index, logs);
        if (index === at) of.model.stopTraining = true;
      };
      const history = await train(of, { ...recording, [hook]: stop });
      return { calls, outcome: await outcomeOf(of.model, history) };
    };
    const plain = await run(({ model, x, y }, callbacks) =>
      model.fit(x, y, { ...args, epochs: 4, callbacks }),
    );
    const ours = await run(({ model, x, y }, callbacks) =>
      fit(model, x, y, { ...args, epochs: 4, callbacks }),
    );
    expect(plain.calls.length).toBeLessThan(20);
    expect(ours.calls).toEqual(plain.calls);
    expect(ours.outcome).toBeBitIdenticalTo(plain.outcome);
  });
});

test("initialEpoch counts as in model.fit", async () => {
  const run = async (train: typeof fit) => {
    const { model, x, y } = dense();
    const history = await train(model, x, y, { ...common, initialEpoch: 2, epochs: 4 });
    return outcomeOf(model, history);
  };
  const plain = await run((model, x, y, args) => model.fit(x, y, args as tf.ModelFitArgs));
  const ours = await run(fit);
  expect(plain["epoch"]).toEqual([2, 3]);
  expect(ours).toBeBitIdenticalTo(plain);
});
