import { describe, expect, test } from "@jest/globals";
import {
  BackupAndRestore,
  type Callback,
  EarlyStopping,
  History,
  keyedRandom,
  memory,
  sequentialBatches,
  shuffledBatches,
  type StateDict,
  train,
  type TrainingEvent,
  type TrainOptions,
} from "@reprise/loop";
import { firstDifference } from "@reprise/testing";

/** A layer that normalises by what it has seen, and says of its state what `saves` lists. */
class Normalising {
  weights: Float32Array = new Float32Array(4);
  runningMean: Float32Array = new Float32Array(4);
  slots: { steps: number; momentum?: Float32Array } = { steps: 0 };
  readonly #saves: readonly ("weights" | "runningMean" | "slots")[];

  constructor(saves: readonly ("weights" | "runningMean" | "slots")[]) {
    this.#saves = saves;
  }

  step(batch: readonly number[]): void {
    const { weights, runningMean, slots } = this;
    slots.steps++;
    slots.momentum ??= new Float32Array(4);
    for (const [i, value] of batch.entries()) {
      runningMean[i + 1] = (runningMean[i + 1] ?? 0) * 0.9 + value;
      slots.momentum[i] = (slots.momentum[i] ?? 0) * 0.5 + value;
      weights[i] = (weights[i] ?? 0) + (slots.momentum[i] ?? 0) / (runningMean[i + 1] ?? 1);
    }
  }

  stateDict(): StateDict {
    return Object.fromEntries(this.#saves.map((name) => [name, this[name]]));
  }

  loadStateDict(dict: StateDict): void {
    for (const name of this.#saves) Object.assign(this, { [name]: dict[name] });
  }
}

interface Trained {
  readonly events: readonly TrainingEvent[];
  readonly unsaved: readonly (readonly string[])[];
}

type Detect = TrainOptions["detectUnsavedState"];

/** Three epochs of three steps; `step` is what the user's loop does in one. */
async function trainWith(
  options: Omit<TrainOptions, "detectUnsavedState">,
  step: (samples: readonly number[]) => void,
  detectUnsavedState: Detect = false,
): Promise<Trained> {
  const events: TrainingEvent[] = [];
  const backup = new BackupAndRestore(memory(), { sync: true, onEvent: (it) => events.push(it) });
  const callbacks = [backup, ...(options.callbacks ?? [])];
  const run = await train({ ...options, epochs: 3, callbacks, detectUnsavedState });
  const random = keyedRandom(3);
  for await (const epoch of run.epochs()) {
    const data = shuffledBatches(6, { batchSize: 2, random });
    for await (const batch of epoch.batches(data)) {
      step([...batch.value]);
      batch.logs["loss"] = 1 / (1 + run.position.step);
    }
    for await (const batch of epoch.validation(sequentialBatches(2, { batchSize: 1 }))) {
      batch.logs["loss"] = epoch.index;
    }
  }
  return { events, unsaved: unsavedIn(events) };
}

function unsavedIn(events: readonly TrainingEvent[]): (readonly string[])[] {
  return events.flatMap((event) => (event.type === "unsavedState" ? [event.paths] : []));
}

const all = ["weights", "runningMean", "slots"] as const;

describe("state that no checkpoint holds is named with its path, once:", () => {
  test("running statistics that a state dict leaves out", async () => {
    const model = new Normalising(["weights", "slots"]);
    const { unsaved } = await trainWith({ state: { model } }, (it) => model.step(it), true);
    expect(unsaved).toEqual([["state.model.runningMean[1]"]]);
  });

  test("of an object of the program that is not in the state at all", async () => {
    const model = new Normalising([]);
    const { weights } = model;
    const step = (samples: readonly number[]): void => model.step(samples);
    const { unsaved } = await trainWith({ state: { weights } }, step, { model });
    expect(unsaved).toEqual([
      ["model.runningMean[1]", "model.slots.steps", "model.slots.momentum"],
    ]);
  });

  test("the patience of a callback", async () => {
    class Patience implements Callback {
      readonly key = "patience";
      wait = 0;
      best = Infinity;
      onEpochEnd(): void {
        this.wait += 1;
        this.best -= 1;
      }
      stateDict(): StateDict {
        return { best: this.best };
      }
      loadStateDict(dict: StateDict): void {
        this.best = dict["best"] as number;
      }
    }
    const callbacks = [new Patience(), { counted: 0, onBatchEnd: count }];
    const { unsaved, events } = await trainWith({ state: {}, callbacks }, () => {}, true);
    expect(unsaved).toEqual([["callbacks.patience.wait", "callbacks[2].counted"]]);
    expect(events.find(({ type }) => type === "unsavedState")?.message).toBe(
      "changed in epoch 0, and no checkpoint holds it: callbacks.patience.wait, callbacks[2].counted. " +
        "A resume begins it anew: name it in the state, or in the stateDict() of what it belongs to. " +
        "What training does not depend on may stay as it is.",
    );
  });

  function count(this: { counted: number }): void {
    this.counted++;
  }

  test("in Maps, Sets, Dates and lists, under names that are no words", async () => {
    const hidden = {
      map: new Map<unknown, unknown>([["a", { n: 0 }]]),
      set: new Set([0]),
      date: new Date(0),
      list: [0],
      "two words": 0,
      [Symbol("mark")]: 0,
    };
    const step = (): void => {
      (hidden.map.get("a") as { n: number }).n++;
      hidden.set.add(hidden.set.size);
      hidden.date.setTime(hidden.date.getTime() + 1);
      hidden.list.push(1);
      hidden["two words"]++;
    };
    const { unsaved } = await trainWith({ state: {} }, step, { hidden });
    expect(unsaved[0]).toEqual([
      "hidden.date",
      'hidden["two words"]',
      'hidden.map.get("a").n',
      "hidden.list[1]",
      "hidden.list[2]",
      "hidden.list[3]",
      "hidden.set.values()[1]",
      "hidden.set.values()[2]",
      "hidden.set.values()[3]",
    ]);
  });

  test("in a loop over steps", async () => {
    const events: TrainingEvent[] = [];
    const onEvent = (event: TrainingEvent): void => void events.push(event);
    const backup = new BackupAndRestore(memory(), { saveFreq: 5, sync: true, onEvent });
    const hidden = { late: 0, steps: 0 };
    const run = await train({
      state: { w: new Float32Array(1) },
      callbacks: [backup],
      detectUnsavedState: { hidden },
    });
    for await (const step of run.steps(20)) {
      hidden.steps++;
      if (step.index === 13) hidden.late++;
    }
    expect(unsavedIn(events)).toEqual([["hidden.steps"], ["hidden.late"]]);
  });
});

describe("what is saved, or cannot be seen, is not named:", () => {
  test("a model that saves all it has, slots that come later, and the callbacks of Reprise", async () => {
    const model = new Normalising(all);
    const state = { model, plain: { seen: [] as number[], lr: 0.5, slots: new Map() } };
    const callbacks = [
      new History(),
      new EarlyStopping({ patience: 5, restoreBestWeights: ["plain"] }),
    ];
    const step = (samples: readonly number[]): void => {
      model.step(samples);
      state.plain.seen.push(...samples);
      state.plain.lr *= 0.9;
      state.plain.slots.set("m", new Float32Array(2));
    };
    const { unsaved } = await trainWith({ state, callbacks }, step, true);
    expect(unsaved).toEqual([]);
    expect(model.slots.steps).toBe(9);
  });

  test("an object whose parts are those of the state", async () => {
    const weights = new Float32Array(2);
    const model = { layers: [{ weights }], learningRate: 1 };
    const step = (): void => void (weights[0] = (weights[0] ?? 0) + 1);
    const { unsaved } = await trainWith({ state: { net: { weights } } }, step, { model });
    expect(unsaved).toEqual([]);
  });

  test("an object with a state of its own that joins the state later", async () => {
    const state = { models: [] as Normalising[] };
    const step = (samples: readonly number[]): void => {
      if (state.models.length === 0) state.models.push(new Normalising(all));
      state.models[0]?.step(samples);
    };
    const { unsaved } = await trainWith({ state }, step, true);
    expect(unsaved).toEqual([]);
  });

  test("momentum in a variable, and in a private field, which nobody can see", async () => {
    let momentum = 0;
    class Optimizer {
      #momentum = 0;
      step(): number {
        return (this.#momentum += 1);
      }
    }
    const optimizer = new Optimizer();
    const step = (): void => void (momentum += optimizer.step());
    const { unsaved } = await trainWith({ state: {} }, step, { optimizer });
    expect(momentum).toBeGreaterThan(0);
    expect(unsaved).toEqual([]);
  });

  test("nothing at all unless it is asked for", async () => {
    const model = new Normalising([]);
    const { unsaved } = await trainWith({ state: { model } }, (it) => model.step(it));
    expect(unsaved).toEqual([]);
  });
});

describe("training goes on with the same bits:", () => {
  async function resultOf(saves: typeof all | readonly ["weights"], detect: Detect) {
    const model = new Normalising(saves);
    let params: readonly number[] = [1];
    const reassigned = { get: () => params, set: (value: readonly number[]) => (params = value) };
    const list: { n: number }[] = [{ n: 0 }];
    const state = { model, list, reassigned };
    const history = new History();
    const stopping = new EarlyStopping({ patience: 9, restoreBestWeights: ["list"] });
    // What a loop keeps at hand must stay what it is, although loading makes new ones.
    let momentum: Float32Array | undefined;
    const first = list[0];
    const step = (samples: readonly number[]): void => {
      model.step(samples);
      momentum ??= model.slots.momentum;
      if (momentum) momentum[3] = (momentum[3] ?? 0) + 0.25;
      if (first) first.n += 1;
      list.push({ n: list.length });
      params = params.map((it) => it * 3 + samples.length);
    };
    const callbacks = [history, stopping];
    const { unsaved } = await trainWith({ state, callbacks }, step, detect);
    const { weights, runningMean, slots } = model;
    expect(momentum).toBe(slots.momentum);
    const callbackStates = [history.stateDict(), stopping.stateDict()];
    return { unsaved, result: { weights, runningMean, slots, list, params, callbackStates } };
  }

  test.each([
    ["with nothing to find", all, 0],
    ["with something to find", ["weights"] as const, 1],
  ])("%s", async (_, saves, findings) => {
    const plain = await resultOf(saves, false);
    const watched = await resultOf(saves, true);
    expect(watched.unsaved).toHaveLength(findings);
    expect(firstDifference(watched.result, plain.result)).toBeUndefined();
  });
});

test.each([1, "model", [{}], { model: 1 }, { model: undefined }, null])(
  "detectUnsavedState: %p is refused",
  async (detectUnsavedState) => {
    const training = train({ state: {}, detectUnsavedState: detectUnsavedState as never });
    await expect(training).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("Expected detectUnsavedState to be true or objects by name"),
    });
  },
);
