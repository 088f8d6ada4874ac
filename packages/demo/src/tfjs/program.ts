// The training of `npm run demo -- --tfjs`, with TensorFlow.js on WebAssembly. Started as `program.ts
// <backup directory> <result file>`; what it prints on stdout is for the process that watches it.
import { serialize } from "node:v8";
import { copyState } from "@reprise/core";
import { directory, exportFile } from "@reprise/node";
import {
  BackupAndRestore,
  type Callback,
  fit,
  History,
  modelState,
  optimizerState,
  readLedger,
} from "@reprise/tfjs";
import {
  type Optimizer,
  type Scalar,
  type Tensor,
  tensor1d,
  tensor2d,
  train,
} from "@tensorflow/tfjs-core";
import { callbacks, initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import { type DigitSet, loadDigits } from "../data/digits.ts";
import { type Result, tell } from "../messages.ts";
import { saveEverySteps, withTfjs } from "../plan.ts";
import { useWasm } from "./backend.ts";

const [backupPath = "./backup", resultPath = "./result.bin"] = process.argv.slice(2);
const store = directory(backupPath);
const { epochs, batchSize } = withTfjs;

await useWasm();
const digits = loadDigits();
const [images, labels] = tensorsOf(digits.train);
const batches = Math.ceil(digits.train.length / batchSize);

const kernelInitializer = initializers.glorotUniform({ seed: 7 });
const adam = train.adam(2e-3) as Optimizer as Optimizer & { learningRate: number };
const model = sequential({
  layers: [
    layers.dense({ units: 64, activation: "relu", inputShape: [784], kernelInitializer }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: 10, activation: "softmax", kernelInitializer }),
  ],
});
model.compile({ optimizer: adam, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });

const history = new History();
const decay = {
  async onEpochBegin(epoch: number) {
    if (epoch > 0) adam.learningRate *= 0.9;
  },
};
const progress: Callback = {
  key: "progress",
  onTrainBegin: ({ position }) => tell({ kind: "began", step: position.step }),
  onBatchBegin(batch, _logs, { position: { step, epoch } }) {
    // Within the last batch of an epoch validation begins, of which no hook tells.
    if (batch === batches - 1) tell({ kind: "progress", phase: "validation", step, epoch });
  },
  onBatchEnd(_batch, _logs, { position: { step, epoch } }) {
    tell({ kind: "progress", phase: "training", step, epoch });
  },
};

await fit(model, images, labels, {
  epochs,
  batchSize,
  seed: 42,
  validationData: tensorsOf(digits.validation),
  callbacks: [
    new BackupAndRestore(store, {
      saveFreq: saveEverySteps,
      onEvent: ({ type, message }) => tell({ kind: "event", type, message }),
    }),
    callbacks.earlyStopping({ monitor: "val_loss", patience: 2 }),
    history,
    decay,
    progress,
  ],
  onCompleted: async () => {
    const state = { network: modelState(model), adam: optimizerState(adam) };
    const result: Result = {
      ...((await copyState(state)) as Pick<Result, "network" | "adam">),
      history: history.history,
      accuracy: accuracyOn(digits.test),
    };
    await exportFile(resultPath, serialize(result));
    // It goes with the checkpoint, as soon as this is over.
    tell({ kind: "ledger", attempts: (await readLedger(store)).attempts });
  },
});
const end = history.epoch.length < epochs ? "early stopping" : "all epochs done";
tell({ kind: "ended", reason: end });

function tensorsOf(set: DigitSet): [images: Tensor, labels: Tensor] {
  return [tensor2d(set.images, [set.length, 784]), tensor1d(Float32Array.from(set.labels))];
}

function accuracyOn(set: DigitSet): number {
  const [, accuracy] = model.evaluate(...tensorsOf(set)) as Scalar[];
  return accuracy?.dataSync()[0] ?? Number.NaN;
}
