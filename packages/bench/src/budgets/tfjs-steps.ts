import { BackupAndRestore, fit, memory } from "@reprise/tfjs";
import { floor, randomUniform } from "@tensorflow/tfjs-core";
import { layers, type Sequential, sequential } from "@tensorflow/tfjs-layers";
import { atMost, control, type Row } from "../row.ts";
import { Samples, time } from "../samples.ts";
import { useBackend } from "./tfjs-training.ts";

const samples = 2560;
const batchSize = 64;
const rounds = 15;

/** What `fit` costs when nothing is saved, against `model.fit`. */
export async function measureTfjsSteps(): Promise<Row[]> {
  await useBackend("wasm");
  const model = makePerceptron();
  const x = randomUniform([samples, 784]);
  const y = floor(randomUniform([samples], 0, 10));
  const runPlainly = () => model.fit(x, y, { batchSize });
  const runResumably = () => {
    const backup = new BackupAndRestore(memory(), { saveFreq: 1e9, onEvent: () => {} });
    return fit(model, x, y, { batchSize, seed: 1, callbacks: [backup] });
  };
  const plain = new Samples();
  const resumable = new Samples();
  // Of the same round, since a machine that slows down slows down both.
  const ratios = new Samples();
  const controls = new Samples();
  for (let round = -2; round < rounds; round++) {
    const first = await time(runPlainly);
    const second = await time(runResumably);
    const third = await time(runPlainly);
    if (round < 0) continue;
    plain.add(first);
    plain.add(third);
    resumable.add(second);
    ratios.add((2 * second) / (first + third));
    controls.add(third / first);
  }
  const detail = `${samples / batchSize} steps on wasm: ${resumable.text} ÷ ${plain.text}`;
  return [
    control("tfjs: model.fit, again ÷ first", controls.median, plain.text),
    atMost("tfjs: a step of fit without saves ÷ of model.fit", ratios.median, 1.03, detail),
  ];
}

function makePerceptron(): Sequential {
  const model = sequential({
    layers: [
      layers.dense({ units: 128, activation: "relu", inputShape: [784] }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  return model;
}
