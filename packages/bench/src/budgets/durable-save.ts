import { settle, timeWrite } from "../dd.ts";
import { atLeast, control, type Row } from "../row.ts";
import { Samples } from "../samples.ts";
import { createSaver } from "../saver.ts";
import { openShell } from "../shell.ts";
import { change, createTensors } from "../state.ts";

/** The throughput of a durable save, against `dd conv=fsync` of as many bytes into a fresh file. */
export async function measureDurableSave(folder: string): Promise<Row[]> {
  return [
    ...(await measure(folder, "100 MiB", 100 * 2 ** 20, 11)),
    ...(await measure(folder, "1 GiB", 2 ** 30, 5)),
  ];
}

async function measure(
  folder: string,
  size: string,
  bytes: number,
  rounds: number,
): Promise<Row[]> {
  const shell = openShell();
  const tensors = createTensors(37, bytes);
  const saver = await createSaver(folder, size, { tensors });
  const saving = new Samples();
  const buffered = new Samples();
  const direct = new Samples();
  const again = new Samples();
  for (let round = -1; round < rounds; round++) {
    change(tensors);
    await settle(shell);
    const { durable } = await saver.save();
    const first = await timeWrite(shell, folder, bytes);
    const second = await timeWrite(shell, folder, bytes, "oflag=direct");
    const third = await timeWrite(shell, folder, bytes);
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
      `dd conv=fsync of ${size}, again ÷ first`,
      again.median / buffered.median,
      `${again.text} ÷ ${buffered.text}`,
    ),
    atLeast(
      `durable save of ${size}, throughput ÷ dd conv=fsync`,
      best.median / saving.median,
      0.95,
      `${saving.text}; dd buffered ${buffered.text}, direct ${direct.text}`,
    ),
  ];
}
