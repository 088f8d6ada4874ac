import { type Note, setTraps } from "./traps.ts";

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs something with traps on all chance and time, and with all clocks set ahead by `aheadMs`. The
 * traps are global, so whoever wants them takes turns.
 */
export function withTraps<T>(note: Note, aheadMs: number, run: () => Promise<T>): Promise<T> {
  const mine = last.then(async () => {
    const removeTraps = setTraps(note, aheadMs);
    try {
      return await run();
    } finally {
      removeTraps();
    }
  });
  last = mine.catch(() => {});
  return mine;
}

/** A year of 365 days and an hour: another hour, another weekday, another year. */
export const muchLaterMs: number = (365 * 24 + 1) * 3600 * 1000;
