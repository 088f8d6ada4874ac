import type { Report } from "../event.ts";

/** Facts about the process that holds a run, as plain data that another process can read. */
export interface Holder {
  /** When the holder took the run, as an ISO 8601 date. */
  readonly since: string;
  readonly [fact: string]: string | number;
}

/** What is known of a holder: gone for certain, there for certain, or neither. */
export type Liveness = "dead" | "alive" | "unknown";

/**
 * What was seen of a holder's beat: that it moves, that it has stood still for long enough, or that there
 * is none to be seen.
 */
export type Beat = "moving" | "silent" | "absent";

/**
 * Makes two runs on one store polite to each other. Nothing rests on it but politeness: a run that
 * was taken over although it lives can commit and remove nothing.
 */
export interface Presence {
  /** The facts by which another process can tell whether this one still lives. */
  describe(): Promise<Holder>;

  /**
   * Whether the process that `holder` describes still lives. Asked only about runs that are not live
   * in this thread, so facts that describe this very thread mean `"dead"`.
   */
  probe(holder: Holder): Promise<Liveness>;

  /**
   * Watches the beat of whoever holds `fence`, of whom nothing else can be known: until it moves, or has
   * been silent for long enough that the holder counts as gone. Reports that it waits.
   */
  readonly watchBeat?: (fence: number, report: Report) => Promise<Beat>;

  /** How messages name the holder, such as `pid 4711 on spot-7`. */
  name(holder: Holder): string;

  /** Runs `claim` while other starters are asked to wait; failing to ask is not a failure. */
  claiming<T>(claim: () => Promise<T>): Promise<T>;
}
