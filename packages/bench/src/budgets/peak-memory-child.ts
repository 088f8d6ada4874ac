// How much memory a training takes beside its state: `peak-memory-child.ts <folder> <MiB>
// plain|saving`.
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { BackupAndRestore, Training } from "@reprise/loop";
import { directory } from "@reprise/node";
import { forgetPeak, peakBytes, residentBytes } from "../memory-use.ts";
import { byteLengthOf, change, createTensors } from "../state.ts";

/** Bytes, and what came of the saves. */
export interface MemoryUse {
  readonly state: number;
  /** At the peak, beside what the process took before the training began. */
  readonly extra: number;
  readonly saved: number;
  readonly superseded: number;
}

const [folder = "", mebibytes, mode] = process.argv.slice(2);
const tensors = createTensors(37, Number(mebibytes) * 2 ** 20);
let saved = 0;
let superseded = 0;

const before = residentBytes();
forgetPeak();
const backup = new BackupAndRestore(directory(join(folder, "memory")), {
  saveFreq: 1,
  preemption: false,
  frozen: ["tensors"],
  onSaveError: "throw",
  onEvent: ({ type }) => {
    if (type === "saved") saved++;
    if (type === "saveSuperseded") superseded++;
  },
});
const training = new Training({
  state: { tensors },
  callbacks: mode === "saving" ? [backup] : [],
});
await training.begin();
for (let step = 0; step < 60; step++) {
  change(tensors);
  await training.batchEnd();
  await setTimeout(100);
}
await training.end();
const use: MemoryUse = {
  state: byteLengthOf(tensors),
  extra: peakBytes() - before,
  saved,
  superseded,
};
console.log(JSON.stringify(use));
