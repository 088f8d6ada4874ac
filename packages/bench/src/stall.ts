import { atMost, control, type Row } from "./row.ts";
import { Samples, timeSync } from "./samples.ts";
import { createSaver } from "./saver.ts";
import { change, createTensors } from "./state.ts";

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
    const first = timeSync(copy);
    const { stall } = await saver.save();
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

/** Copies the tensors into memory that was touched before, as fast as this runtime can. */
function createCopier(tensors: Record<string, Float32Array>): () => void {
  const all = Object.values(tensors);
  const length = all.reduce((sum, tensor) => sum + tensor.length, 0);
  const target = new Float32Array(length).fill(1);
  return () => {
    let offset = 0;
    for (const tensor of all) {
      target.set(tensor, offset);
      offset += tensor.length;
    }
  };
}
