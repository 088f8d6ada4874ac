import { describe, expect, test } from "@jest/globals";
import {
  type CheckpointStore,
  copyState,
  memory,
  type StateDict,
  type TrainingEvent,
  type TrainingState,
} from "@reprise/core";
import { modelState, optimizerState, variablesState } from "@reprise/tfjs";
import type { TrainingStateUnderTest } from "@reprise/testing";
import { begin } from "../../../core/test/lifecycle/changed-program.ts";
import * as tf from "../tf.ts";
import { compiled, dense, onVariables, stateful } from "./subjects.ts";

/** A store with the state of `subject` after three steps. */
async function savedFrom({ state, train }: TrainingStateUnderTest): Promise<CheckpointStore> {
  const store = memory();
  const training = await begin(state, store);
  for (let step = 0; step < 3; step += 1) train(step);
  training.stop();
  await training.end();
  return store;
}

async function differencesOf(loading: Promise<unknown>): Promise<unknown> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: "STATE_MISMATCH" });
  return (error as { details: { differences: unknown } }).details.differences;
}

function valuesOf(model: tf.LayersModel): number[][] {
  return model.getWeights().map((weight) => Array.from(weight.dataSync()));
}

/** Frozen weights come last in what `getWeights()` gives. */
function valuesByName(model: tf.LayersModel): unknown {
  return model.layers.map(({ weights }) =>
    weights.map((weight) => [weight.originalName.split("/")[1], weight.read().dataSync()]),
  );
}

const adam = (): tf.Optimizer => tf.train.adam(0.1);

describe("all differences at once, before anything is loaded", () => {
  test("of a model with other layers and shapes, and of another optimizer", async () => {
    const store = await savedFrom(dense(adam()));
    const layers = [
      tf.layers.dense({ units: 5, inputShape: [3] }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 2, useBias: false }),
      tf.layers.dense({ units: 2 }),
    ];
    const { state, model } = compiled(tf.sequential({ layers }), tf.train.sgd(0.1), 5);
    const weights = valuesOf(model);
    expect(await differencesOf(begin(state, store))).toEqual([
      "state.model.layers[3]: array(4) in the program, absent in the checkpoint",
      "state.model.layers[0].Dense.kernel: shape F32[3,4] in the checkpoint, F32[3,5] in the program",
      "state.model.layers[0].Dense.bias: shape F32[4] in the checkpoint, F32[5] in the program",
      "state.model.layers[1].Dropout: record in the program, absent in the checkpoint",
      "state.model.layers[1].ReLU: record in the checkpoint, absent in the program",
      "state.model.layers[2].Dense.kernel: shape F32[4,2] in the checkpoint, F32[5,2] in the program",
      "state.model.layers[2].Dense.bias: F32[2] in the checkpoint, absent in the program",
      "state.optimizer.SGD: record in the program, absent in the checkpoint",
      "state.optimizer.Adam: record in the checkpoint, absent in the program",
    ]);
    expect(valuesOf(model)).toEqual(weights);
  });

  test("of a recurrent layer with another batch size", async () => {
    const store = await savedFrom(stateful());
    const layers = [
      tf.layers.lstm({
        units: 3,
        stateful: true,
        returnSequences: true,
        batchInputShape: [5, 4, 3],
      }),
      tf.layers.gru({ units: 2, stateful: true }),
    ];
    const { state } = compiled(tf.sequential({ layers }), tf.train.rmsprop(0.01), 5);
    expect(await differencesOf(begin(state, store))).toEqual([
      "state.model.layers[0].states[0]: shape F32[2,3] in the checkpoint, F32[5,3] in the program",
      "state.model.layers[0].states[1]: shape F32[2,3] in the checkpoint, F32[5,3] in the program",
      "state.model.layers[1].states[0]: shape F32[2,2] in the checkpoint, F32[5,2] in the program",
    ]);
  });

  test("of variables with other names, shapes and types", async () => {
    const store = await savedFrom(onVariables());
    const variables = {
      slope: tf.variable(tf.zeros([3, 3])),
      rest: [tf.variable(tf.zeros([2], "int32")), { counts: tf.variable(tf.zeros([2], "int32")) }],
      more: tf.variable(tf.scalar(1)),
    };
    const state = { net: variablesState(variables), optimizer: optimizerState(adam()) };
    expect(await differencesOf(begin(state, store))).toEqual([
      "state.net.variables.slope: shape F32[3,2] in the checkpoint, F32[3,3] in the program",
      "state.net.variables.rest[0]: dtype F32[2] in the checkpoint, I32[2] in the program",
      "state.net.variables.rest[1].flags: BOOL[2] in the checkpoint, absent in the program",
      "state.net.variables.more: F32[] in the program, absent in the checkpoint",
    ]);
  });

  test("of slots, when the program itself loads a state", async () => {
    const trained = dense(adam());
    trained.train(0);
    const { optimizer: saved } = await copyState(trained.state);
    const layers = [tf.layers.dense({ units: 1, inputShape: [2] })];
    const other = compiled(tf.sequential({ layers }), adam(), 5);
    other.train(0);
    const { optimizer } = other.state as { optimizer: TrainingState };
    expect(() => optimizer.loadStateDict(saved as StateDict)).toThrow(
      "The saved state does not fit; nothing was loaded:\n" +
        "  - accumulatedFirstMoment[0]: F32[3,4] in the checkpoint, F32[2,1] in the program\n" +
        "  - accumulatedFirstMoment[1]: F32[4] in the checkpoint, F32[1] in the program\n" +
        "  - accumulatedSecondMoment[0]: F32[3,4] in the checkpoint, F32[2,1] in the program\n" +
        "  - accumulatedSecondMoment[1]: F32[4] in the checkpoint, F32[1] in the program",
    );
  });
});

describe("a checkpoint of another backend", () => {
  const elsewhere = "tfjs 4.22.0; other backends compute other bits";

  /** A checkpoint that says it was made on wasm; made here, since the values do not matter. */
  async function fromWasm(): Promise<CheckpointStore> {
    const { state, train } = dense(adam());
    const { model, ...rest } = state as { model: ReturnType<typeof modelState> };
    const moved = {
      stateDict: () => ({ ...model.stateDict(), backend: { wasm: elsewhere } }),
      loadStateDict: () => {},
    };
    return savedFrom({ state: { model: moved, ...rest }, train });
  }

  test("is refused with the reason", async () => {
    const { state } = dense(adam());
    expect(await differencesOf(begin(state, await fromWasm()))).toEqual([
      `state.model.backend.cpu: "${elsewhere}" in the program, absent in the checkpoint`,
      `state.model.backend.wasm: "${elsewhere}" in the checkpoint, absent in the program`,
    ]);
  });

  test("is taken when the user says so, with a report of the difference", async () => {
    const [plain, { state, model }] = [dense(adam()), dense(adam())];
    for (let step = 0; step < 3; step += 1) plain.train(step);
    const events: TrainingEvent[] = [];
    const onEvent = (event: TrainingEvent): void => void events.push(event);
    await begin(state, await fromWasm(), { onMismatch: "warn", onEvent });
    expect(events.map(({ type }) => type)).toEqual(["differences", "resumed"]);
    expect(valuesOf(model)).toEqual(valuesOf(plain.model));
  });
});

describe("a checkpoint can be migrated", () => {
  const tanh = (): tf.layers.Layer =>
    tf.layers.dense({ units: 4, inputShape: [3], activation: "tanh" });
  const layersOf = (saved: StateDict): StateDict[] =>
    (saved["model"] as { layers: StateDict[] }).layers;
  const withLayers = (saved: StateDict, layers: StateDict[]): StateDict => ({
    ...saved,
    model: { ...(saved["model"] as StateDict), layers },
  });

  test("to a model with a layer less", async () => {
    const plain = dense(adam());
    const store = await savedFrom(plain);
    const layers = [tanh(), tf.layers.dense({ units: 2 })];
    const changed = compiled(tf.sequential({ layers }), adam(), 5);
    await begin(changed.state, store, {
      onMismatch: (saved) => withLayers(saved, layersOf(saved).toSpliced(1, 1)),
    });
    expect(valuesOf(changed.model)).toEqual(valuesOf(plain.model));
  });

  test("to a model with a layer more, and its optimizer with it", async () => {
    const [plain, unmigrated] = [dense(adam()), dense(adam())];
    const store = await savedFrom(plain);
    const layers = [tanh(), tf.layers.reLU(), tf.layers.dense({ units: 2 })];
    const added = tf.layers.dense({ units: 2, useBias: false });
    const changed = compiled(tf.sequential({ layers: [...layers, added] }), adam(), 5);
    const [initial] = added.getWeights();
    const kernel = {
      dtype: "F32",
      shape: [2, 2],
      data: initial?.dataSync() as Float32Array,
    } as const;
    const training = await begin(changed.state, store, {
      onMismatch: (saved) => withLayers(saved, [...layersOf(saved), { Dense: { kernel } }]),
    });
    expect(valuesOf(changed.model)).toEqual([...valuesOf(plain.model), [...kernel.data]]);
    // The slots of the weights that are old are those of the checkpoint; the new ones come with the next step.
    const slots = await copyState(changed.state, ["optimizer"]);
    expect(slots).toEqual(await copyState(plain.state, ["optimizer"]));
    expect(slots).not.toEqual(await copyState(unmigrated.state, ["optimizer"]));
    changed.train(3);
    expect(valuesOf(changed.model)[4]).not.toEqual([...kernel.data]);
    training.stop();
    await training.end();
  });

  test("but not to one that it does not fit", async () => {
    const store = await savedFrom(dense(adam()));
    const layers = [tanh(), tf.layers.reLU(), tf.layers.dense({ units: 2 })];
    const added = tf.layers.dense({ units: 2 });
    const changed = compiled(tf.sequential({ layers: [...layers, added] }), adam(), 5);
    const before = valuesOf(changed.model);
    const kernel = { dtype: "F32", shape: [3, 2], data: new Float32Array(6) } as const;
    const onMismatch = (saved: StateDict): StateDict =>
      withLayers(saved, [...layersOf(saved), { Dense: { kernel } }]);
    expect(await differencesOf(begin(changed.state, store, { onMismatch }))).toEqual([
      "state.model.layers[3].Dense.kernel: shape F32[3,2] in the checkpoint, F32[2,2] in the program",
      "state.model.layers[3].Dense.bias: F32[2] in the program, absent in the checkpoint",
    ]);
    expect(valuesOf(changed.model)).toEqual(before);
  });
});

test("freezing a layer between two starts is no difference", async () => {
  const [plain, thawed] = [dense(adam()), dense(adam())];
  const store = await savedFrom(plain);
  for (const layer of thawed.model.layers.slice(0, 1)) layer.trainable = false;
  await begin(thawed.state, store);
  expect(valuesByName(thawed.model)).toEqual(valuesByName(plain.model));
});

describe("what is given to a state", () => {
  test("must be a model", () => {
    expect(() => modelState(undefined as never)).toThrow(
      "Expected modelState() to be given a tf.LayersModel, found undefined.",
    );
  });

  test("must be the optimizer of a compiled model", () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    expect(() => optimizerState(model.optimizer)).toThrow(
      "Expected optimizerState() to be given a tf.Optimizer, found undefined. " +
        "A model has one after model.compile({ optimizer, loss }).",
    );
    expect(() => optimizerState("adam" as never)).toThrow("Make one with tf.train.adam()");
  });

  test("must be variables", () => {
    const rest = [{ "the bias": tf.scalar(1) }];
    expect(() => variablesState({ rest } as never)).toThrow(
      'Expected variables.rest[0]["the bias"] to be a tf.Variable, found an instance of Tensor. ' +
        "A tensor is replaced and never changes: make it tf.variable(tensor).",
    );
  });

  test("must not be disposed", async () => {
    const subject = dense(adam());
    subject.model.dispose();
    await expect(begin(subject.state, memory())).rejects.toMatchObject({
      code: "UNSUPPORTED_STATE",
      message: expect.stringMatching(
        /^state\.model cannot be saved: .*kernel cannot be saved: it is disposed/,
      ),
    });
    const optimizer = adam();
    const state = { optimizer: optimizerState(optimizer) };
    optimizer.dispose();
    await expect(begin(state, memory())).rejects.toMatchObject({
      code: "UNSUPPORTED_STATE",
      message: expect.stringContaining("Adam.accBeta1 cannot be saved: it is disposed"),
    });
  });

  test("must not remember what cannot be saved", async () => {
    const optimizer = Object.assign(adam(), { seen: new WeakSet() });
    await expect(begin({ optimizer: optimizerState(optimizer) }, memory())).rejects.toMatchObject({
      code: "UNSUPPORTED_STATE",
      message: expect.stringContaining("Adam.seen cannot be saved: it is an instance of WeakSet"),
    });
  });
});
