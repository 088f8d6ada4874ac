import type { Presence } from "@reprise/core";

/** How {@link heartbeatPresence} tells time. */
export interface Heartbeat {
  /** Milliseconds on a clock that all processes share. */
  readonly now: () => number;
  /** When the holder has last shown that it lives, on that clock. */
  readonly lastBeat: () => number;
  /** The silence, in milliseconds, after which a holder is taken for dead. */
  readonly staleMs: number;
}

/** Takes a holder for dead that has not moved for a while, as one does that computes. */
export function heartbeatPresence({ now, lastBeat, staleMs }: Heartbeat): Presence {
  return {
    describe: async () => ({ since: new Date(now()).toISOString() }),
    probe: async () => (now() - lastBeat() > staleMs ? "dead" : "alive"),
    name: () => "the other process",
    claiming: (claim) => claim(),
  };
}
