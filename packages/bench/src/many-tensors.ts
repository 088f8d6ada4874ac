import { atMost, type Row } from "./row.ts";
import { Samples } from "./samples.ts";
import { createSaver } from "./saver.ts";
import { change, createTensors } from "./state.ts";

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
  for (let round = -5; round < rounds; round++) {
    change(many);
    change(one);
    const first = await saveMany.save();
    const second = await saveOne.save();
    if (round < 0) continue;
    stallMany.add(first.stall);
    stallOne.add(second.stall);
  }
  await saveMany.end();
  await saveOne.end();
  const ratio = stallMany.median / stallOne.median;
  return [
    atMost(
      "stall of 10,240 tensors of 1 KiB ÷ one of 10 MiB",
      ratio,
      3,
      `${stallMany.text} ÷ ${stallOne.text}`,
    ),
  ];
}
