/** What the harness tells the process that it starts, as JSON in this environment variable. */
export const killOrderVariable = "REPRISE_TESTING_KILL_ORDER";

/** Which file operations to note, and at which of them to die. */
export interface KillOrder {
  /** Operations on this directory and what is in it count. */
  readonly directory: string;
  /** Gets a line for every operation, before it is executed: a JSON string that describes it. */
  readonly journal: string;
  /** The number, from 1, of the operation at whose beginning the process dies. */
  readonly fileOperation?: number;
  readonly half?: boolean;
}
