import { describe, expect, test } from "@jest/globals";
import {
  BackupAndRestore,
  type Callback,
  type CheckpointStore,
  EarlyStopping,
  History,
  memory,
  type TrainingEvent,
} from "@reprise/core";
import { everyInterruption } from "@reprise/testing";
import "@reprise/testing/jest";
import { fit, type FitArgs, type FitCallback } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { dense } from "./models.ts";
import { outcomeOf } from "./outcome.ts";

const common: FitArgs = { epochs: 2, batchSize: 4, seed: 7 };

/** A class of tfjs's shape that keeps what it has seen in fields of its own. */
class Counting extends tf.Callback {
  batches = 0;
  losses: number[] = [];
  readonly best: { loss: number; weights: tf.Tensor | null } = { loss: Infinity, weights: null };

  override async onBatchEnd(_batch: number, logs: tf.Logs): Promise<void> {
    this.batches++;
    const loss = (await (logs["loss"] as unknown as tf.Tensor).data())[0] as number;
    this.losses.push(loss);
    if (loss >= this.best.loss) return;
    this.best.weights?.dispose();
    const [kernel] = (this as unknown as { model: tf.LayersModel }).model.getWeights();
    Object.assign(this.best, { loss, weights: (kernel as tf.Tensor).clone() });
  }

  seen(): unknown {
    const { batches, losses, best } = this;
    return { batches, losses, loss: best.loss, weights: best.weights?.dataSync() };
  }
}

/** Counts in a private field, which only it can give. */
class Private extends tf.Callback {
  #batches = 0;
  override async onBatchEnd(): Promise<void> {
    this.#batches++;
  }
  stateDict = (): { batches: number } => ({ batches: this.#batches });
  loadStateDict = ({ batches }: { batches: number }): void => {
    this.#batches = batches;
  };
}

/** Lowers the learning rate behind every batch, and in an own way behind an epoch. */
class Decay extends tf.Callback {
  override async onBatchEnd(): Promise<void> {
    const { model } = this as unknown as { model: tf.LayersModel };
    const optimizer = model.optimizer as unknown as { learningRate: number };
    optimizer.learningRate *= 0.9;
  }
}

describe("callbacks of every shape, in any order", () => {
  function callbacksOf(calls: string[]): readonly FitCallback[] {
    class OfTfjs extends tf.Callback {
      override async onEpochEnd(): Promise<void> {
        calls.push("class");
      }
    }
    const ofReprise: Callback = {
      key: "mine",
      onEpochEnd: (_, logs) => void calls.push(`reprise ${typeof logs["loss"]}`),
      stateDict: () => ({}),
      loadStateDict: () => {},
    };
    return [new OfTfjs(), { onEpochEnd: () => void calls.push("object") }, ofReprise];
  }

  test.each([
    [
      [0, 1, 2],
      ["class", "object", "reprise number"],
    ],
    [
      [2, 1, 0],
      ["reprise number", "object", "class"],
    ],
    [
      [1, 0, 2],
      ["object", "class", "reprise number"],
    ],
  ])("are called in the order of the list: %j", async (order, expected) => {
    const calls: string[] = [];
    const all = callbacksOf(calls);
    const { model, x, y } = dense();
    const callbacks = order.flatMap((i) => all[i] ?? []);
    await fit(model, x, y, { ...common, epochs: 1, callbacks });
    expect(calls).toEqual(expected);
  });

  test("one alone needs no list", async () => {
    const { model, x, y } = dense();
    const stopping = tf.callbacks.earlyStopping({ monitor: "loss", minDelta: 10 });
    const { epoch } = await fit(model, x, y, { ...common, epochs: 9, callbacks: stopping });
    expect(epoch).toEqual([0, 1]);
  });

  test("those of Reprise complete a training, and know what it logs", async () => {
    const { model, x, y } = dense();
    const history = new History();
    const stopping = new EarlyStopping({ monitor: "loss", minDelta: 10 });
    const ours = await fit(model, x, y, { ...common, epochs: 9, callbacks: [history, stopping] });
    expect(ours.epoch).toEqual([0, 1]);
    expect(history.history).toEqual(ours.history);
  });
});

describe("what callbacks keep survives every kill", () => {
  async function closesOver(
    callbacks: () => readonly FitCallback[],
    seen: (made: readonly FitCallback[]) => unknown = () => null,
    saves = 6,
  ): Promise<void> {
    const { failure, states } = await everyInterruption(
      async ({ store }) => {
        const { model, x, y } = dense();
        const made = callbacks();
        const history = await fit(model, x, y, {
          ...common,
          callbacks: [new BackupAndRestore(store, { saveFreq: 1 }), ...made],
        });
        return { ...(await outcomeOf(model, history)), seen: seen(made) };
      },
      { kinds: ["kill"] },
    );
    expect(failure?.message).toBeUndefined();
    expect(states).toBeGreaterThan(saves);
  }

  test("in fields of a tf.Callback: numbers, lists, tensors", async () => {
    await closesOver(
      () => [new Counting(), new Counting()],
      (made) => made.map((it) => (it as Counting).seen()),
    );
  });

  test("in its own stateDict", async () => {
    await closesOver(
      () => [new Private()],
      ([it]) => (it as Private).stateDict(),
    );
  });

  test("in the learning rate that it changed", async () => {
    await closesOver(() => [new Decay()]);
  });

  test("in stopTraining, set in the middle of an epoch", async () => {
    class Stopping extends tf.Callback {
      override async onBatchEnd(batch: number): Promise<void> {
        if (batch === 1) (this as unknown as { model: tf.LayersModel }).model.stopTraining = true;
      }
    }
    await closesOver(
      () => [new Stopping()],
      () => null,
      2,
    );
  });
});

/** Trains, and interrupts behind `steps` steps, with what is saved by then. */
async function interrupted(
  store: CheckpointStore,
  steps: number,
  callbacks: readonly FitCallback[],
  onEvent: (event: TrainingEvent) => void = () => {},
): Promise<void> {
  const { model, x, y } = dense();
  const stop: Callback = {
    key: "stop",
    onBatchEnd: (_batch, _logs, training) => {
      if (training.position.step === steps) training.stop();
    },
  };
  const backup = new BackupAndRestore(store, { saveFreq: 1, onEvent });
  await fit(model, x, y, { ...common, callbacks: [...callbacks, stop, backup] });
}

test("an option of a callback that the program has changed takes effect", async () => {
  const store = memory();
  const options = { monitor: "loss", minDelta: 10 };
  await interrupted(store, 4, [tf.callbacks.earlyStopping({ ...options, patience: 9 })]);
  const { model, x, y } = dense();
  const { epoch } = await fit(model, x, y, {
    ...common,
    epochs: 9,
    callbacks: [
      new BackupAndRestore(store),
      tf.callbacks.earlyStopping({ ...options, patience: 3 }),
    ],
  });
  // The best value is that of the first epoch, in the earlier life; three more are waited for.
  expect(epoch).toEqual([0, 1, 2, 3]);
});

test("a training that was completed early enters no loop again", async () => {
  const store = memory();
  const stopping = { monitor: "loss", minDelta: 10 };
  const train = async (calls: string[]): Promise<tf.History> => {
    const { model, x, y } = dense();
    return fit(model, x, y, {
      ...common,
      epochs: 9,
      callbacks: [
        new BackupAndRestore(store, { deleteCheckpoint: false, onEvent: () => {} }),
        tf.callbacks.earlyStopping(stopping),
        {
          onBatchEnd: () => void calls.push("batch"),
          onEpochEnd: () => void calls.push("epoch"),
        },
      ],
    });
  };
  const first = await train([]);
  expect(first.epoch).toEqual([0, 1]);
  const calls: string[] = [];
  const again = await train(calls);
  expect(calls).toEqual([]);
  expect(again.history).toEqual(first.history);
});

test("EarlyStopping of Reprise brings the best weights back", async () => {
  const { model, x, y } = dense(tf.train.sgd(5));
  const weights: unknown[] = [];
  const onEpochEnd = (): void => {
    weights.push(model.getWeights().map((weight) => weight.dataSync().slice()));
  };
  const stopping = new EarlyStopping({
    monitor: "loss",
    minDelta: 1e9,
    patience: 2,
    restoreBestWeights: ["model"],
  });
  await fit(model, x, y, { ...common, epochs: 9, callbacks: [{ onEpochEnd }, stopping] });
  const left = model.getWeights().map((weight) => weight.dataSync());
  expect(weights).toHaveLength(3);
  expect(left).toEqual(weights[0]);
  expect(weights[2]).not.toEqual(weights[0]);
});

test("onYield is told the epoch that an earlier life has begun", async () => {
  const store = memory();
  await interrupted(store, 4, []);
  const { model, x, y } = dense();
  const epochs: number[] = [];
  const onYield = (epoch: number): void => void epochs.push(epoch);
  const backup = new BackupAndRestore(store);
  await fit(model, x, y, { ...common, yieldEvery: 1e-6, callbacks: [{ onYield }, backup] });
  expect(new Set(epochs)).toEqual(new Set([1]));
});

test("what a callback has changed and cannot save is reported, once", async () => {
  class Remembering extends tf.Callback {
    last: (() => number) | null = null;
    override async onBatchEnd(batch: number): Promise<void> {
      this.last = () => batch;
    }
  }
  const events: TrainingEvent[] = [];
  await interrupted(memory(), 4, [new Remembering()], (event) => events.push(event));
  const unsaved = events.filter(({ type }) => type === "unsavedState");
  expect(unsaved).toEqual([
    {
      type: "unsavedState",
      paths: ["callbacks[0].last"],
      message: expect.stringContaining("callbacks[0].last has changed and cannot be saved"),
    },
  ]);
});

test("a training that was stopped goes on where it was", async () => {
  const straight = dense();
  const whole = await fit(straight.model, straight.x, straight.y, common);
  const store = memory();
  await interrupted(store, 2, []);
  const { model, x, y } = dense();
  const history = await fit(model, x, y, { ...common, callbacks: [new BackupAndRestore(store)] });
  expect(await outcomeOf(model, history)).toBeBitIdenticalTo(
    await outcomeOf(straight.model, whole),
  );
});

test("with callbacks of tf.Callback alone, timers go off while it trains", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const { model, x, y } = dense();
  await fit(model, x, y, { epochs: 40, batchSize: 2, callbacks: new Counting() });
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(0);
});
