import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BackupAndRestore, Training } from "@reprise/loop";
import { directory } from "@reprise/node";
import { findCooling, timeRead } from "../dd.ts";
import { atLeast, control, type Row } from "../row.ts";
import { Samples } from "../samples.ts";
import { createSaver } from "../saver.ts";
import { openShell } from "../shell.ts";
import { createTensors, type Tensors } from "../state.ts";

const bytes = 2 ** 30;
const rounds = 5;
const name = "restore";

/** The throughput of a start that reads, verifies and loads a checkpoint, against `dd` of its file. */
export async function measureRestore(folder: string): Promise<Row[]> {
  const tensors = createTensors(37, bytes);
  const saver = await createSaver(folder, name, { tensors });
  await saver.save();
  await saver.leave();
  const file = await findCheckpoint(join(folder, name));

  const shell = openShell();
  const cool = await findCooling(shell);
  const chill = () => shell.run(cool(file));
  const restoring = new Samples();
  const reading = new Samples();
  const direct = new Samples();
  const again = new Samples();
  for (let round = -1; round < rounds; round++) {
    await chill();
    const first = await timeRead(shell, file);
    await chill();
    const restored = await timeRestore(join(folder, name), tensors);
    await chill();
    const second = await timeRead(shell, file);
    await chill();
    const third = await timeRead(shell, file, "iflag=direct");
    if (round < 0) continue;
    reading.add(first);
    restoring.add(restored);
    again.add(second);
    direct.add(third);
  }
  shell.close();
  return [
    control(
      "cold dd of a checkpoint of 1 GiB, again ÷ first",
      again.median / reading.median,
      `${again.text} ÷ ${reading.text}`,
    ),
    atLeast(
      "restore of 1 GiB, verified, cold, throughput ÷ dd",
      reading.median / restoring.median,
      0.8,
      `${restoring.text}; dd buffered ${reading.text}, direct ${direct.text}; ${cool("FILE")}`,
    ),
  ];
}

async function findCheckpoint(store: string): Promise<string> {
  const found = (await readdir(store)).filter((entry) => entry.startsWith("checkpoint-"));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`Expected one checkpoint in ${store}.`);
  return join(store, only);
}

/** From the claim of the store until the state is loaded, in milliseconds. */
async function timeRestore(store: string, tensors: Tensors): Promise<number> {
  const [tensor] = Object.values(tensors);
  if (tensor === undefined) throw new Error("There is no tensor.");
  const expected = tensor[0];
  tensor[0] = 0;
  let loadedAt = Number.NaN;
  const training = new Training({
    state: { tensors },
    callbacks: [
      new BackupAndRestore(directory(store), {
        saveFreq: false,
        preemption: false,
        mustResume: true,
        onEvent: ({ type }) => {
          if (type === "resumed") loadedAt = performance.now();
        },
      }),
    ],
  });
  const start = performance.now();
  await training.begin();
  await training.interrupt();
  if (tensor[0] !== expected) throw new Error("The state was not restored.");
  return loadedAt - start;
}
