import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serialize } from "node:v8";
import { directory } from "@reprise/node";
import { BackupAndRestore, fit, type FitCallback } from "../../../src/index.ts";
import * as tf from "../../tf.ts";
import { useWasm } from "../../wasm.ts";
import { useWebgpu } from "../../webgpu.ts";
import { kinds } from "../models.ts";
import { outcomeOf } from "../outcome.ts";
import type { HookCall, TrainingToDo, TrainOrder } from "./train-order.ts";

const order = JSON.parse(process.argv[2] ?? "") as TrainOrder;
const { backend, before = [], killIn, loseDeviceIn } = order;

const calls: Partial<Record<HookCall["hook"], number>> = {};

function raise(message: string): never {
  throw new Error(message);
}

function visit(hook: HookCall["hook"]): void {
  const nth = (calls[hook] ?? 0) + 1;
  calls[hook] = nth;
  const isIn = (call: HookCall | undefined): boolean => call?.hook === hook && call.nth === nth;
  // Ends this process, as the OOM killer does.
  if (isIn(killIn)) process.kill(process.pid, "SIGKILL");
  if (isIn(loseDeviceIn)) (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
}

async function train({ folder, kind }: TrainingToDo, callbacks: FitCallback): Promise<void> {
  const { model, x, y, args } = kinds[kind]?.() ?? raise(`There is no ${kind}.`);
  const store = directory(join(folder, "backup"));
  const history = await fit(model, x, y, {
    epochs: 3,
    batchSize: 4,
    seed: 5,
    ...args,
    callbacks: [new BackupAndRestore(store, { saveFreq: 1, sync: true }), callbacks],
    onCompleted: () => (callbacks === visiting ? visit("onCompleted") : undefined),
  });
  await writeFile(join(folder, "outcome"), serialize(await outcomeOf(model, history)));
}

const visiting: FitCallback = {
  onTrainBegin: () => visit("onTrainBegin"),
  onEpochBegin: () => visit("onEpochBegin"),
  onBatchBegin: () => visit("onBatchBegin"),
  onBatchEnd: () => visit("onBatchEnd"),
  onEpochEnd: () => visit("onEpochEnd"),
  onTrainEnd: () => visit("onTrainEnd"),
};

if (backend === "webgpu") await useWebgpu();
if (backend === "wasm") await useWasm(process.env["WASM_FILES"]);
for (const training of before) await train(training, {});
await train(order, visiting);
