import { setTimeout } from "node:timers/promises";
import { atMost, control, type Row } from "../row.ts";
import { Samples, timeSync } from "../samples.ts";
import { createSaver } from "../saver.ts";
import { change, createCopier, createTensors } from "../state.ts";

const bytes = 100 * 2 ** 20;
const rounds = 25;

/** How long the loop stands still for a save, against one copy of the same bytes into warm memory. */
export async function measureStall(folder: string): Promise<Row[]> {
  const tensors = createTensors(37, bytes);
  const saver = await createSaver(folder, "stall", { tensors });
  const copy = createCopier(tensors);
  const copying = new Samples();
  const again = new Samples();
  const standing = new Samples();
  for (let round = -3; round < rounds; round++) {
    change(tensors);
    // Whatever is timed follows a copy: a processor that has waited for the disk is slow at first.
    copy();
    const first = timeSync(copy);
    const { stall } = await saver.save();
    // The checkpoint before is removed after the save, which is not this copy's matter.
    await setTimeout(100);
    copy();
    const second = timeSync(copy);
    if (round < 0) continue;
    copying.add(first);
    standing.add(stall);
    again.add(second);
  }
  await saver.end();
  return [
    control(
      "memcpy of 100 MiB, again ÷ first",
      again.median / copying.median,
      `${again.text} ÷ ${copying.text}`,
    ),
    atMost(
      "stall of a 100 MiB save ÷ memcpy",
      standing.median / copying.median,
      1.3,
      `${standing.text} ÷ ${copying.text}`,
    ),
  ];
}
