import { rmSync } from "node:fs";
import { join } from "node:path";
import { atLeast, control, type Row } from "./row.ts";
import { Samples, time } from "./samples.ts";
import { createSaver } from "./saver.ts";
import { openShell, type Shell } from "./shell.ts";
import { change, createTensors } from "./state.ts";

const mebibytes = 100;
const rounds = 11;

/** The throughput of a durable save, against `dd conv=fsync` of as many bytes into a fresh file. */
export async function measureDurableSave(folder: string): Promise<Row[]> {
  const shell = openShell();
  const tensors = createTensors(37, mebibytes * 2 ** 20);
  const saver = await createSaver(folder, "durable", { tensors });
  const saving = new Samples();
  const buffered = new Samples();
  const direct = new Samples();
  const again = new Samples();
  for (let round = -2; round < rounds; round++) {
    change(tensors);
    await settle(shell);
    const { durable } = await saver.save();
    const first = await timeDd(shell, folder, "");
    const second = await timeDd(shell, folder, "oflag=direct");
    const third = await timeDd(shell, folder, "");
    if (round < 0) continue;
    saving.add(durable);
    buffered.add(first);
    direct.add(second);
    again.add(third);
  }
  await saver.end();
  shell.close();
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

/** Removing a large file keeps the disk busy for a while: whatever is timed begins with a quiet one. */
async function settle(shell: Shell): Promise<void> {
  await shell.run("sync");
}

async function timeDd(shell: Shell, folder: string, flag: string): Promise<number> {
  const file = join(folder, "dd");
  await settle(shell);
  const milliseconds = await time(() =>
    shell.run(`dd if=/dev/zero of=${file} bs=4M count=${mebibytes / 4} conv=fsync ${flag}`),
  );
  rmSync(file);
  return milliseconds;
}
