import * as tf from "@tensorflow/tfjs";
import { copyState } from "@reprise/core";
import {
  BackupAndRestore,
  type Callback,
  fit,
  modelState,
  optimizerState,
  type RepriseError,
} from "@reprise/tfjs";
import { indexedDb } from "../../recipes/indexed-db.ts";
import { watched } from "../watched-store.ts";

const settings = { epochs: 2, batchSize: 8 };

/** A model whose initial weights follow from `seed`. */
function createModel(seed: number, dropout: number): tf.Sequential {
  const kernelInitializer = tf.initializers.glorotUniform({ seed });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 6, activation: "tanh", inputShape: [3], kernelInitializer }),
      ...(dropout > 0 ? [tf.layers.dropout({ rate: dropout })] : []),
      tf.layers.dense({ units: 1, kernelInitializer }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError", metrics: ["mae"] });
  return model;
}

function createData(): [x: tf.Tensor, y: tf.Tensor] {
  const values = Float32Array.from({ length: 96 }, (_, at) => Math.sin(at));
  const x = tf.tensor2d(values, [32, 3]);
  return [x, tf.sum(x, 1, true)];
}

/** All that a training leaves. */
async function outcomeOf(model: tf.LayersModel, { history }: tf.History): Promise<Outcome> {
  const { optimizer } = model;
  const state = { model: modelState(model), optimizer: optimizerState(optimizer) };
  return { history, state: withoutMaps(await copyState(state)) };
}

export interface Outcome {
  readonly history: tf.History["history"];
  readonly state: unknown;
}

/** A page can hand over plain objects, arrays and typed arrays. */
function withoutMaps(value: unknown): unknown {
  if (value instanceof Map) return withoutMaps(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(withoutMaps);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, its]) => [key, withoutMaps(its)]));
}

async function useBackend(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`There is no backend ${name} here.`);
}

/** The same training with TensorFlow.js alone and with Reprise. */
export async function trainBoth(backend: string): Promise<[plain: Outcome, ours: Outcome]> {
  await useBackend(backend);
  const [x, y] = createData();
  const args = { ...settings, shuffle: false };
  const [plain, ours] = [createModel(1, 0), createModel(1, 0)];
  return [
    await outcomeOf(plain, await plain.fit(x, y, args)),
    await outcomeOf(ours, await fit(ours, x, y, args)),
  ];
}

/** Trains with dropout, in random order, with a save after each third step. */
export async function train(life: number, backend: string): Promise<Outcome> {
  await useBackend(backend);
  const model = createModel(life, 0.3);
  const store = watched(indexedDb("fit"));
  const backup = new BackupAndRestore(store, { saveFreq: 3, takeOver: true });
  const history = await fit(model, ...createData(), { ...settings, seed: 42, callbacks: [backup] });
  return outcomeOf(model, history);
}

/** How a training ended whose context was lost. */
export interface Loss {
  readonly code: string | undefined;
  readonly events: readonly string[];
}

/**
 * Trains on WebGL until its context is lost, after the first save: in a step, or while the second save is
 * reading what is to be saved.
 */
export async function trainUntilLost(when: "in a step" | "in a save"): Promise<Loss> {
  await useBackend("webgl");
  const backend = tf.backend() as unknown as WebglBackend;
  const lose = (): void => backend.gpgpu.gl.getExtension("WEBGL_lose_context")?.loseContext();

  const store = indexedDb("fit");
  const events: string[] = [];
  let isSaved = false;
  const backup = new BackupAndRestore(
    {
      ...store,
      async create(name, chunks) {
        await store.create(name, chunks);
        isSaved = name.startsWith("checkpoint");
      },
    },
    { saveFreq: 1, sync: true, onEvent: ({ type }) => events.push(type) },
  );
  const read = backend.read.bind(backend);
  backend.read = (dataId) => {
    const values = read(dataId);
    if (isSaved && when === "in a save") lose();
    return values;
  };
  const loser: Callback = {
    key: "loser",
    onBatchBegin() {
      if (isSaved && when === "in a step") lose();
    },
  };
  const model = createModel(1, 0.3);
  const args = { ...settings, seed: 42, callbacks: [loser, backup] };
  const code = await fit(model, ...createData(), args).then(
    () => undefined,
    (error: RepriseError) => error.code,
  );
  return { code, events };
}

interface WebglBackend {
  readonly gpgpu: { readonly gl: WebGL2RenderingContext };
  read(dataId: object): Promise<ArrayLike<number>>;
}
