import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Training } from "@reprise/core";
import { fit, modelState, optimizerState, variablesState } from "../../src/index.ts";
import { dense } from "../fit/models.ts";
import * as tf from "../tf.ts";

let backends = 0;

/** The test is made once for each backend: here is one that it was not made for. */
beforeEach(freshBackend);

async function freshBackend(): Promise<void> {
  const { constructor: Cpu } = tf.engine().registry["cpu"] ?? (await started("cpu"));
  const backendName = `cpu-${++backends}`;
  tf.registerBackend(backendName, () => new (Cpu as new () => tf.KernelBackend)());
  for (const kernel of tf.getKernelsForBackend("cpu"))
    tf.registerKernel({ ...kernel, backendName });
  // It would say that there is a faster one.
  Object.assign(await started(backendName), { firstUse: false });
}

async function started(name: string): Promise<tf.KernelBackend> {
  expect(await tf.setBackend(name)).toBe(true);
  return tf.backend();
}

const restores: (() => void)[] = [];

function restoreAll(): void {
  for (const restore of restores.splice(0).toReversed()) restore();
}

afterEach(restoreAll);

/** Defines a property of tfjs otherwise, as another version of it could, until the test is over. */
function redefine(owner: object, key: string, property: PropertyDescriptor): void {
  const own = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { configurable: true, ...property });
  restores.push(() => {
    if (own) Object.defineProperty(owner, key, own);
    else Reflect.deleteProperty(owner, key);
  });
}

const changes: readonly (readonly [what: string, change: () => void, message: string])[] = [
  [
    "tensors are not made of values that are there",
    () => redefine(tf.engine(), "makeTensorFromDataId", { value: undefined }),
    "engine().makeTensorFromDataId() is undefined",
  ],
  [
    "values are not known to the engine",
    () => redefine(tf.engine().state, "tensorInfo", { value: {} }),
    "engine().state.tensorInfo.get() is undefined",
  ],
  [
    "uses of values are not counted",
    () => redefine(tf.backend(), "incRef", { value: () => {} }),
    "Sharing the values of a variable fails",
  ],
  [
    "values are copied",
    () =>
      redefine(tf.engine(), "makeTensorFromDataId", {
        value: (_: object, shape: number[]) => tf.zeros(shape),
      }),
    "values are copied when they are shared",
  ],
  [
    "an assignment writes over the values",
    () => redefine(tf.Variable.prototype, "assign", { value: () => {} }),
    "assign() writes over the values of a variable",
  ],
  [
    "values are never given back",
    () => redefine(tf.backend(), "disposeData", { value: () => false }),
    "values that nothing uses are kept",
  ],
  [
    "an optimizer hides its slots",
    () => {
      const { prototype } = tf.MomentumOptimizer;
      const applyGradients = Reflect.get(prototype, "applyGradients") as (of: unknown) => void;
      redefine(prototype, "applyGradients", {
        value(this: object, gradients: unknown) {
          applyGradients.call(this, gradients);
          Object.defineProperty(this, "accumulations", { enumerable: false });
        },
      });
    },
    "Momentum shows 2 tensors in its properties instead of 3",
  ],
  [
    "an optimizer hides its products of decays",
    () => {
      const hidden = new WeakMap<object, unknown>();
      redefine(tf.AdamOptimizer.prototype, "accBeta1", {
        get(this: object) {
          return hidden.get(this);
        },
        set(this: object, value: unknown) {
          hidden.set(this, value);
        },
      });
    },
    "Adam shows 1 tensors in its properties instead of 2",
  ],
];

describe.each(changes)("a tfjs in which %s", (_, change, message) => {
  test("is refused by fit before the first step", async () => {
    const { model, x, y } = dense("sgd");
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    change();
    const hooks: string[] = [];
    const callbacks = { onBatchBegin: () => void hooks.push("onBatchBegin") };
    const training = fit(model, x, y, { epochs: 1, callbacks });
    await expect(training).rejects.toMatchObject({ code: "PEER_UNSUPPORTED" });
    await expect(training).rejects.toThrow(message);
    expect(hooks).toEqual([]);
    restoreAll();
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
  });

  test("is refused by each state before the first step", async () => {
    const { model } = dense("sgd");
    const variable = tf.variable(tf.scalar(1));
    change();
    const refusal = expect.objectContaining({
      code: "PEER_UNSUPPORTED",
      message: expect.stringContaining("The installed tfjs-core 4.22.0"),
    });
    expect(() => modelState(model)).toThrow(refusal);
    expect(() => optimizerState(model.optimizer)).toThrow(refusal);
    expect(() => variablesState({ variable })).toThrow(refusal);
  });
});

test("a backend that was chosen behind the states is tried when training begins", async () => {
  const training = new Training({ state: { weights: modelState(dense("sgd").model) } });
  await freshBackend();
  redefine(tf.backend(), "incRef", { value: () => {} });
  await expect(training.begin()).rejects.toMatchObject({
    cause: { code: "PEER_UNSUPPORTED" },
  });
});

test("the installed tfjs is as expected, and is tried without a trace, once for each backend", () => {
  const state = variablesState({ variable: tf.variable(tf.scalar(1)) });
  const before = tf.memory();
  const saved = state.stateDict();
  const [pin] = Object.values(saved["variables"] as Record<string, { release(): void }>);
  pin?.release();
  expect(tf.memory()).toEqual(before);
  redefine(tf.backend(), "refCount", {
    value: () => {
      throw new Error("tried again");
    },
  });
  expect(() => state.stateDict()).not.toThrow();
});
