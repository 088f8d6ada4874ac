// The training that the demo interrupts. Started as `program.ts <backup directory> <result file>`;
// what it prints on stdout is for the process that watches it. The bench adds when to save, as JSON.
import { serialize } from "node:v8";
import {
  BackupAndRestore,
  EarlyStopping,
  History,
  keyedRandom,
  readLedger,
  type SaveFrequency,
  sequentialBatches,
  shuffledBatches,
  TerminateOnNaN,
  train,
} from "@reprise/loop";
import { directory, exportFile } from "@reprise/node";
import { loadDigits } from "./data/digits.ts";
import { createAdam, decayLearningRate } from "./model/adam.ts";
import { evaluate } from "./model/evaluate.ts";
import { createNetwork } from "./model/mlp.ts";
import { createTrainStep } from "./model/train-step.ts";
import { byHand, saveEverySteps } from "./plan.ts";
import { type Message, type Result, tell } from "./messages.ts";

const [backupPath = "./backup", resultPath = "./result.bin", saveFreq = String(saveEverySteps)] =
  process.argv.slice(2);
const store = directory(backupPath);

const { epochs, batchSize } = byHand;
const digits = loadDigits();
const random = keyedRandom(42);
const network = createNetwork(random);
const adam = createAdam({ learningRate: 2e-3 });
const trainStep = createTrainStep(network, adam);
const history = new History();

const run = await train({
  epochs,
  state: { network, adam },
  callbacks: [
    new BackupAndRestore(store, {
      saveFreq: JSON.parse(saveFreq) as SaveFrequency,
      onEvent: ({ type, message }) => tell({ kind: "event", type, message }),
    }),
    history,
    new EarlyStopping({ monitor: "val_loss", patience: 2, restoreBestWeights: ["network"] }),
    new TerminateOnNaN(),
  ],
  onCompleted: async () => {
    const { correct } = evaluate(network, digits.test);
    const accuracy = correct / digits.test.length;
    const result: Result = { network, adam, history: history.history, accuracy };
    await exportFile(resultPath, serialize(result));
    // It goes with the checkpoint, as soon as this is over.
    tell({ kind: "ledger", attempts: (await readLedger(store)).attempts });
  },
});
tell({ kind: "began", step: run.position.step });

for await (const epoch of run.epochs()) {
  if (epoch.fresh && epoch.index > 0) decayLearningRate(adam);

  const order = shuffledBatches(digits.train.length, { batchSize, random });
  for await (const batch of epoch.batches(order)) {
    const dropout = random("dropout", epoch.index, batch.index);
    batch.logs["loss"] = trainStep(digits.train, batch.value, dropout);
    progress("training", run.position.step + 1, epoch.index);
  }

  const inOrder = sequentialBatches(digits.validation.length, { batchSize: 50 });
  for await (const batch of epoch.validation(inOrder)) {
    const { correct, loss } = evaluate(network, digits.validation, batch.value);
    batch.logs["accuracy"] = correct / batch.value.length;
    batch.logs["loss"] = loss / batch.value.length;
    progress("validation", run.position.step, epoch.index);
  }
}
tell({ kind: "ended", reason: run.ended?.reason ?? "" });

function progress(phase: "training" | "validation", step: number, epoch: number): void {
  const message: Message = { kind: "progress", phase, step, epoch };
  tell(message);
}
