import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { atLeast, control, type Row } from "./row.ts";
import { Samples, timeSync } from "./samples.ts";
import { createSaver } from "./saver.ts";
import { change, createTensors } from "./state.ts";

const mebibytes = 100;
const rounds = 9;

/** The throughput of a durable save, against `dd conv=fsync` of as many bytes into a fresh file. */
export async function measureDurableSave(folder: string): Promise<Row[]> {
  const tensors = createTensors(37, mebibytes * 2 ** 20);
  const saver = await createSaver(folder, "durable", { tensors });
  const saving = new Samples();
  const buffered = new Samples();
  const direct = new Samples();
  const again = new Samples();
  for (let round = -1; round < rounds; round++) {
    change(tensors);
    const { durable } = await saver.save();
    const dd = [timeDd(folder, []), timeDd(folder, ["oflag=direct"]), timeDd(folder, [])];
    if (round < 0) continue;
    saving.add(durable);
    buffered.add(dd[0] ?? Number.NaN);
    direct.add(dd[1] ?? Number.NaN);
    again.add(dd[2] ?? Number.NaN);
  }
  await saver.end();
  const best = buffered.median < direct.median ? buffered : direct;
  return [
    control(
      "dd conv=fsync of 100 MiB, again ÷ first",
      again.median / buffered.median,
      `${again.text} ÷ ${buffered.text}`,
    ),
    atLeast(
      "durable save of 100 MiB, throughput ÷ dd conv=fsync",
      best.median / saving.median,
      0.95,
      `${saving.text}; dd buffered ${buffered.text}, direct ${direct.text}`,
    ),
  ];
}

function timeDd(folder: string, flags: readonly string[]): number {
  const file = join(folder, "dd");
  const args = [
    "if=/dev/zero",
    `of=${file}`,
    "bs=4M",
    `count=${mebibytes / 4}`,
    "conv=fsync",
    ...flags,
  ];
  const milliseconds = timeSync(() => execFileSync("dd", args, { stdio: "ignore" }));
  rmSync(file);
  return milliseconds;
}
