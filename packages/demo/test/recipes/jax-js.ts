import { init, jit, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import type { StateDict, StateValue, Tensor, TrainingState } from "@reprise/core";
import {
  BackupAndRestore,
  type CheckpointStore,
  keyedRandom,
  shuffledBatches,
  train,
} from "@reprise/loop";

type Arrays = { [name: string]: np.Array | Arrays };

/** A tree of float32 arrays. No array ever changes, so that holding one by `ref` is as good as a copy. */
function treeState<Tree extends Arrays>(
  get: () => Tree,
  set: (saved: Tree) => void,
): TrainingState {
  return {
    stateDict: () => hold(get()) as StateDict,
    loadStateDict(saved) {
      tree.dispose(get());
      set(arraysOf(saved) as Tree);
    },
  };
}

function hold(live: np.Array | Arrays): StateValue {
  if (!(live instanceof np.Array)) return mapValues(live, hold);
  const held = live.ref;
  return {
    dtype: "F32",
    shape: held.shape,
    read: () => held.ref.data(),
    release: () => held.dispose(),
  };
}

function arraysOf(saved: StateValue): np.Array | Arrays {
  const { data, shape } = saved as Tensor;
  if (data instanceof Float32Array) return np.array(data, { shape: [...shape] });
  return mapValues(saved as StateDict, arraysOf);
}

function mapValues<From, To>(object: { readonly [name: string]: From }, map: (from: From) => To) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}

type Weights = { hidden: np.Array; bias: np.Array; output: np.Array };

/** What training changes: the weights, and the two moments of Adam with the product of their decays. */
type Model = { weights: Weights; mean: Weights; square: Weights; decay: Decay };
type Decay = { mean: np.Array; square: np.Array };

function createModel(): Model {
  const weights = {
    hidden: random.normal(random.key(1), [1, 8]),
    bias: np.zeros([8]),
    output: random.normal(random.key(2), [8, 1]),
  };
  const zeros = () =>
    tree.map<np.Array, np.Array, Weights>(({ shape }) => np.zeros(shape), weights);
  const decay = { mean: np.ones([]), square: np.ones([]) };
  return { weights, mean: zeros(), square: zeros(), decay };
}

/** The mean squared error of a network that learns the sine, with dropout: one key, one mask. */
function lossOf({ hidden, bias, output }: Weights, x: np.Array, key: np.Array): np.Array {
  const units = np.tanh(np.dot(x.ref, hidden).add(bias));
  const mask = random.bernoulli(key, 0.8, units.shape).astype(np.float32);
  return np.square(np.dot(units.mul(mask), output).sub(np.sin(x))).mean();
}

/** One step of Adam. Takes the model, and gives the next one. */
const step = jit((model: Model, x: np.Array, key: np.Array): [loss: np.Array, model: Model] => {
  const [loss, gradient] = valueAndGrad(lossOf)(tree.ref(model.weights), x, key);
  const decay = { mean: model.decay.mean.mul(0.9), square: model.decay.square.mul(0.999) };
  const mean = combine(
    (old, now) => old.mul(0.9).add(now.mul(0.1)),
    model.mean,
    tree.ref(gradient),
  );
  const square = combine(
    (old, now) => old.mul(0.999).add(np.square(now).mul(0.001)),
    model.square,
    gradient,
  );
  const change = combine(
    (first, second) => {
      const root = np.sqrt(second.div(decay.square.ref.neg().add(1))).add(1e-7);
      return first.div(decay.mean.ref.neg().add(1)).div(root).mul(-0.02);
    },
    tree.ref(mean),
    tree.ref(square),
  );
  const weights = combine((old, by) => old.add(by), model.weights, change);
  return [loss, { weights, mean, square, decay }];
});

function combine(by: (a: np.Array, b: np.Array) => np.Array, a: Weights, b: Weights): Weights {
  return tree.map<np.Array, np.Array, Weights>(by, a, b);
}

/** Trains for three epochs of four steps, with a save after every third step. */
export async function trainWithJax({ store }: { readonly store: CheckpointStore }) {
  await init("wasm");
  let model = createModel();
  const draw = keyedRandom(42);
  const state = treeState(
    () => model,
    (saved) => (model = saved),
  );
  const run = await train({
    epochs: 3,
    state: { model: state },
    callbacks: [new BackupAndRestore(store, { saveFreq: 3 })],
  });
  for await (const epoch of run.epochs()) {
    const order = shuffledBatches(64, { batchSize: 16, random: draw });
    for await (const batch of epoch.batches(order)) {
      const angles = Float32Array.from(batch.value, (index) => index / 10);
      const key = random.key(draw("dropout", epoch.index, batch.index).int(2 ** 31));
      const [loss, next] = step(model, np.array(angles, { shape: [16, 1] }), key);
      model = next;
      batch.logs["loss"] = loss.item();
    }
  }
  const flat = tree.leaves<np.Array>(model);
  return Promise.all(flat.map((array) => array.data()));
}
