import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serialize } from "node:v8";
import { directory } from "@reprise/node";
import { BackupAndRestore, fit } from "../../../src/index.ts";
import { kinds } from "../models.ts";
import { outcomeOf } from "../outcome.ts";
import type { KillIn, TrainOrder } from "./train-order.ts";

const { folder, kind, killIn } = JSON.parse(process.argv[2] ?? "") as TrainOrder;

let calls = 0;

function raise(message: string): never {
  throw new Error(message);
}

/** Ends this process, as the OOM killer does, in the call that was ordered. */
function visit(hook: KillIn["hook"]): void {
  if (hook !== killIn?.hook || ++calls < killIn.nth) return;
  process.kill(process.pid, "SIGKILL");
}

const { model, x, y, args } = kinds[kind]?.() ?? raise(`There is no ${kind}.`);
const history = await fit(model, x, y, {
  epochs: 3,
  batchSize: 4,
  seed: 5,
  ...args,
  callbacks: [
    new BackupAndRestore(directory(join(folder, "backup")), { saveFreq: 1, sync: true }),
    {
      onTrainBegin: () => visit("onTrainBegin"),
      onEpochBegin: () => visit("onEpochBegin"),
      onBatchBegin: () => visit("onBatchBegin"),
      onBatchEnd: () => visit("onBatchEnd"),
      onEpochEnd: () => visit("onEpochEnd"),
      onTrainEnd: () => visit("onTrainEnd"),
    },
  ],
  onCompleted: () => visit("onCompleted"),
});
await writeFile(join(folder, "outcome"), serialize(await outcomeOf(model, history)));
