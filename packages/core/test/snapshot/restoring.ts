import { restoreInto } from "../../src/snapshot/restore.ts";
import { throughFile } from "../codec/checkpoint-file.ts";

/** Saves `state` as it is now, lets the program `forget`, and brings the saved state back. */
export async function restoring<T>(state: T, forget: (state: T) => void): Promise<T> {
  const saved = await throughFile(state);
  forget(state);
  await restoreInto(state, saved, "state");
  return state;
}
