import { macrotask } from "./macrotask.ts";

/** Waits until the clock shows another time, so that a time within a state is another one. */
export async function clockTick(): Promise<void> {
  const before = Date.now();
  while (Date.now() === before) await macrotask();
}
