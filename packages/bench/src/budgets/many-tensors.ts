import { atMost, control, type Row } from "../row.ts";
import { Samples } from "../samples.ts";
import { createSaver } from "../saver.ts";
import { change, createTensors } from "../state.ts";

const bytes = 10 * 2 ** 20;
const rounds = 25;

/** How long the loop stands still for many small tensors, against one tensor of the same bytes. */
export async function measureManyTensors(folder: string): Promise<Row[]> {
  const many = createTensors(10_240, bytes);
  const one = createTensors(1, bytes);
  const saveMany = await createSaver(folder, "many", { many });
  const saveOne = await createSaver(folder, "one", { one });
  const stallMany = new Samples();
  const stallOne = new Samples();
  const again = new Samples();
  for (let round = -5; round < rounds; round++) {
    change(many);
    change(one);
    const first = await saveOne.save();
    const second = await saveMany.save();
    const third = await saveOne.save();
    if (round < 0) continue;
    stallOne.add(first.stall);
    stallMany.add(second.stall);
    again.add(third.stall);
  }
  await saveMany.end();
  await saveOne.end();
  return [
    control(
      "stall of one tensor of 10 MiB, again ÷ first",
      again.median / stallOne.median,
      `${again.text} ÷ ${stallOne.text}`,
    ),
    atMost(
      "stall of 10,240 tensors of 1 KiB ÷ one of 10 MiB",
      stallMany.median / stallOne.median,
      3,
      `${stallMany.text} ÷ ${stallOne.text}`,
    ),
  ];
}
