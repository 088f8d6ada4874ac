// What saves of a state cost: `growth-child.ts <folder> <bytes> <tensors> <rounds>`.
import { settle, timeWrite } from "../dd.ts";
import { forgetPeak, peakBytes, residentBytes } from "../memory-use.ts";
import { Samples, timeSync } from "../samples.ts";
import { createSaver } from "../saver.ts";
import { openShell } from "../shell.ts";
import { change, createCopier, createTensors } from "../state.ts";
import type { GrowthPoint } from "./growth.ts";

const [folder = "", ...numbers] = process.argv.slice(2);
const [bytes = 0, count = 0, rounds = 0] = numbers.map(Number);

const tensors = createTensors(count, bytes);
const copy = createCopier(tensors);
const shell = openShell();
const memcpy = new Samples();
const stalls = new Samples();
const durables = new Samples();
const buffered = new Samples();
const direct = new Samples();

const before = residentBytes();
forgetPeak();
const saver = await createSaver(folder, "growth", { tensors });
for (let round = -1; round < rounds; round++) {
  change(tensors);
  await settle(shell);
  copy();
  const copying = timeSync(copy);
  const { stall, durable } = await saver.save();
  const first = await timeWrite(shell, folder, bytes);
  const second = await timeWrite(shell, folder, bytes, "oflag=direct");
  if (round < 0) continue;
  memcpy.add(copying);
  stalls.add(stall);
  durables.add(durable);
  buffered.add(first);
  direct.add(second);
}
await saver.end();
shell.close();
const best = buffered.median < direct.median ? buffered : direct;
const point: GrowthPoint = {
  bytes,
  tensors: count,
  memcpy: memcpy.spread,
  stall: stalls.spread,
  durable: durables.spread,
  dd: best.spread,
  extra: peakBytes() - before,
};
console.log(JSON.stringify(point));
