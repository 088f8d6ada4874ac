import { describe, expect, test } from "@jest/globals";
import { Training } from "../../src/lifecycle/training.ts";
import { EarlyStopping, type EarlyStoppingOptions } from "../../src/lifecycle/early-stopping.ts";
import { makeToy, rejection, type Toy } from "./toy.ts";

interface Case {
  readonly name: string;
  readonly options: Omit<EarlyStoppingOptions, "monitor">;
  readonly values: readonly number[];
  /** The epoch in which Keras stops; -1 when it trains them all. */
  readonly stops: number;
  readonly best: number;
  readonly wait: number;
}

// What keras.callbacks.EarlyStopping does with the same values (its stopped_epoch is 0 for ours of -1).
const cases: readonly Case[] = [
  { name: "never while it improves", options: {}, values: [3, 2, 1], stops: -1, best: 1, wait: 0 },
  { name: "no patience", options: {}, values: [1, 0.9, 0.95, 0.8], stops: 2, best: 0.9, wait: 1 },
  {
    name: "the same value is no improvement",
    options: {},
    values: [1, 1],
    stops: 1,
    best: 1,
    wait: 1,
  },
  {
    name: "never in the first epoch",
    options: {},
    values: [NaN, 1, 2],
    stops: 2,
    best: 1,
    wait: 1,
  },
  {
    name: "patience",
    options: { patience: 2 },
    values: [1, 0.9, 0.95, 0.91, 0.1],
    stops: 3,
    best: 0.9,
    wait: 2,
  },
  {
    name: "patience begins anew at an improvement",
    options: { patience: 3 },
    values: [1, 1.1, 1.2, 0.8, 0.9, 0.9, 0.9, 0.1],
    stops: 6,
    best: 0.8,
    wait: 3,
  },
  {
    name: "minDelta: a smaller change is no improvement",
    options: { minDelta: 0.1, patience: 2 },
    values: [1, 0.95, 0.91, 0.5],
    stops: 2,
    best: 1,
    wait: 2,
  },
  {
    name: "minDelta: its sign does not matter",
    options: { minDelta: -0.1, patience: 2 },
    values: [1, 0.95, 0.91, 0.5],
    stops: 2,
    best: 1,
    wait: 2,
  },
  {
    name: "minDelta: a change of exactly that is no improvement",
    options: { minDelta: 0.5 },
    values: [1, 0.5],
    stops: 1,
    best: 1,
    wait: 1,
  },
  {
    name: "baseline: improvements above it do not reset the patience, and do not stop either",
    options: { baseline: 0.5, patience: 2 },
    values: [1, 0.9, 0.8, 0.85],
    stops: 3,
    best: 0.8,
    wait: 4,
  },
  {
    name: "baseline: once below it the patience counts as ever",
    options: { baseline: 0.5, patience: 2 },
    values: [0.6, 0.45, 0.5, 0.5, 0.1],
    stops: 3,
    best: 0.45,
    wait: 2,
  },
  {
    name: "startFromEpoch: what is before is not looked at",
    options: { startFromEpoch: 2, patience: 1 },
    values: [0.1, 5, 0.9, 1, 1],
    stops: 3,
    best: 0.9,
    wait: 1,
  },
  {
    name: "mode max",
    options: { mode: "max", patience: 2 },
    values: [0.5, 0.6, 0.55, 0.6, 0.9],
    stops: 3,
    best: 0.6,
    wait: 2,
  },
  {
    name: "mode max with minDelta and baseline",
    options: { mode: "max", patience: 2, minDelta: 0.05, baseline: 0.7 },
    values: [0.6, 0.8, 0.84, 0.83, 0.99],
    stops: 3,
    best: 0.8,
    wait: 2,
  },
  {
    name: "NaN is no improvement",
    options: { patience: 2 },
    values: [1, NaN, NaN, 0.1],
    stops: 2,
    best: 1,
    wait: 2,
  },
];

/** Trains one epoch for each of `values`, and stops where the callback says so. */
async function train(toy: Toy, values: readonly number[], name = "score"): Promise<void> {
  await toy.training.begin();
  while (toy.training.ending === undefined && toy.training.position.epoch < values.length) {
    toy.state.weights[0] = toy.training.position.epoch + 1;
    await toy.training.epochEnd({ [name]: values[toy.training.position.epoch] ?? 0 });
  }
}

describe("EarlyStopping stops where Keras does", () => {
  test.each(cases)("$name", async ({ options, values, stops, best, wait }) => {
    const stopping = new EarlyStopping({ monitor: "score", ...options });
    const toy = makeToy({ callbacks: [stopping] });
    await train(toy, values);
    expect({ stops: stopping.stoppedEpoch, best: stopping.best, wait: stopping.wait }).toEqual({
      stops,
      best,
      wait,
    });
    expect(toy.training.position.epoch).toBe(stops === -1 ? values.length : stops + 1);
    expect(await toy.training.end()).toMatchObject({ kind: "completed" });
  });

  test.each(cases)("also when the process is killed after every epoch: $name", async (one) => {
    const { options, values, stops, best, wait } = one;
    const { store } = makeToy();
    let stopping = new EarlyStopping();
    for (let life = 0; life <= values.length; life++) {
      stopping = new EarlyStopping({ monitor: "score", ...options });
      const toy = makeToy({ store, callbacks: [stopping] });
      await toy.training.begin();
      const { epoch } = toy.training.position;
      if (toy.training.ending !== undefined || epoch === values.length) break;
      await toy.training.epochEnd({ score: values[epoch] ?? 0 });
      await toy.training.fail(new Error("killed"));
    }
    expect({ stops: stopping.stoppedEpoch, best: stopping.best, wait: stopping.wait }).toEqual({
      stops,
      best,
      wait,
    });
  });

  test.each([
    ["loss", 1],
    ["val_loss", 1],
    ["accuracy", 2],
    ["val_acc", 2],
    ["AUC", 2],
  ])("mode auto knows the better %s", async (monitor, best) => {
    const stopping = new EarlyStopping({ monitor, patience: 5 });
    await train(makeToy({ callbacks: [stopping] }), [1, 2], monitor);
    expect(stopping.best).toBe(best);
  });
});

describe("EarlyStopping", () => {
  test("looks at val_loss unless told otherwise, and fails the run when it is not logged", async () => {
    const toy = makeToy({ callbacks: [new EarlyStopping()] });
    await toy.training.begin();
    expect(await rejection(toy.training.epochEnd({ loss: 1, accuracy: 2 }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/"val_loss".*loss.*accuracy/s),
    });
    expect(toy.training.ending).toMatchObject({ kind: "failed" });
  });

  test("says why it ended the training", async () => {
    const stopping = new EarlyStopping({ monitor: "score", patience: 2 });
    const toy = makeToy({ callbacks: [stopping] });
    await train(toy, [1, 2, 3, 4]);
    const { reason } = await toy.training.end();
    expect(reason).toMatch(/score .*2 epochs.*best 1 .*epoch 0/);
  });

  test("brings the best state back when training is complete, and only then", async () => {
    const stopping = new EarlyStopping({
      monitor: "score",
      patience: 2,
      restoreBestWeights: ["weights"],
    });
    const toy = makeToy({ callbacks: [stopping] });
    await train(toy, [3, 1, 2, 2]);
    toy.state.lr.value = 0.5;
    expect(toy.state.weights[0]).toBe(4);
    await toy.training.end();
    expect(toy.state.weights[0]).toBe(2);
    expect(toy.state.lr.value).toBe(0.5);
  });

  test("brings back what was empty or had fewer entries at its best, and the objects stay the same", async () => {
    const optimizer: Record<string, unknown> = { slots: null, rate: { value: 1 } };
    const { rate } = optimizer;
    const stopping = new EarlyStopping({ monitor: "score", restoreBestWeights: ["optimizer"] });
    const training = new Training({ state: { optimizer }, callbacks: [stopping] });
    await training.begin();
    await training.epochEnd({ score: 1 });
    Object.assign(optimizer, { slots: { m: Float32Array.of(1) }, late: 1 });
    (rate as { value: number }).value = 2;
    await training.epochEnd({ score: 2 });
    expect(await training.end()).toMatchObject({ kind: "completed" });
    expect(optimizer).toEqual({ slots: null, rate: { value: 1 } });
    expect(optimizer["rate"]).toBe(rate);
  });

  test("brings the best state back across interruptions, and without having stopped", async () => {
    const make = (): EarlyStopping =>
      new EarlyStopping({ monitor: "score", patience: 9, restoreBestWeights: ["weights", "lr"] });
    const first = makeToy({ callbacks: [make()] });
    await train(first, [1, 2]);
    await first.training.fail(new Error("killed"));
    const second = makeToy({ store: first.store, callbacks: [make()] });
    await train(second, [1, 2, 3]);
    await second.training.end();
    expect(second.state).toEqual({ weights: Float32Array.of(1, 0), lr: { value: 1 } });
  });

  test("refuses at the start a name that the state does not have", async () => {
    const callbacks = [new EarlyStopping({ monitor: "score", restoreBestWeights: ["weight"] })];
    expect(await rejection(makeToy({ callbacks }).training.begin())).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/"weight".*weights/s),
    });
  });

  test("derives its key from what it looks at, so that two of them are told apart", () => {
    expect(new EarlyStopping({ monitor: "loss" }).key).toBe("early-stopping:loss:min");
    expect(new EarlyStopping({ monitor: "acc" }).key).toBe("early-stopping:acc:max");
    expect(new EarlyStopping({ key: "mine" }).key).toBe("mine");
  });

  test.each<[EarlyStoppingOptions | Record<string, unknown>, RegExp]>([
    [{ monitor: 5 }, /monitor.*found 5/],
    [{ mode: "best" }, /mode.*found "best"/],
    [{ patience: -1 }, /patience.*found -1/],
    [{ patience: 1.5 }, /patience.*found 1\.5/],
    [{ startFromEpoch: "3" }, /startFromEpoch.*found "3"/],
    [{ minDelta: NaN }, /minDelta.*found NaN/],
    [{ baseline: "0.5" }, /baseline.*found "0\.5"/],
    [{ restoreBestWeights: true }, /restoreBestWeights.*names.*found true/],
  ])("refuses %j", (options, message) => {
    expect(() => new EarlyStopping(options as never)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(message),
      }),
    );
  });
});
