import { environment } from "../environment.ts";

/** Milliseconds after which the loop lets signals, timers and input run. */
export const breathMs = 15;

/** The same while a save is being written: each of its steps takes one such breath. */
export const breathWhileWritingMs = 2;

/** The part of the time since the last breath that the loop gives to a save that is being written. */
export const writingShare = 0.02;

/** Lets everything that waits for the event loop run once: promises alone would starve it. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (environment.setImmediate) environment.setImmediate(resolve);
    else environment.setTimeout(resolve, 0);
  });
}
