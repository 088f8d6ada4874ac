import {
  createRaceState,
  digestOf,
  raceSteps,
  saveEverySteps,
  takeStep,
} from "../races/race-state.ts";
import { type RaceOrder, standReady } from "../races/race-talk.ts";

/** How a program keeps its state by itself: all of it, as bytes, with the number of steps done. */
export interface Keeper {
  load(): Promise<{ readonly step: number; readonly bytes: Uint8Array } | undefined>;
  save(step: number, bytes: Uint8Array): Promise<void>;
  close?(): Promise<void>;
}

/**
 * The training of the races, written as one does without Reprise: load what there is, save every few
 * steps. A failed save is printed and tried again at the next save point, as Reprise does.
 */
export async function trainPlainly(
  order: RaceOrder,
  open: (directory: string) => Promise<Keeper>,
): Promise<void> {
  const { note, pass, close } = await standReady(order);
  const keeper = await open(order.backup);
  const state = createRaceState();
  const saved = await keeper.load();
  if (saved)
    bytesOf(state.weights, state.velocity).forEach((part, index) => {
      part.set(saved.bytes.subarray(index * part.length, (index + 1) * part.length));
    });
  const from = saved?.step ?? 0;
  note(`began ${from}`);
  for (let step = from; step < raceSteps; step += 1) {
    await pass(step);
    takeStep(state, step);
    note(`step ${step}`);
    if ((step + 1) % saveEverySteps !== 0) continue;
    try {
      await keeper.save(step + 1, Buffer.concat(bytesOf(state.weights, state.velocity)));
      note(`saved ${step + 1}`);
    } catch (error) {
      console.error(error);
    }
  }
  note(`completed ${digestOf(state)}`);
  await keeper.close?.();
  close();
}

function bytesOf(...tensors: readonly Float64Array[]): Uint8Array[] {
  return tensors.map(({ buffer }) => new Uint8Array(buffer));
}
