import { writeSync } from "node:fs";
import type { LedgerAttempt } from "@reprise/loop";

/** What the training tells the process that watches it, a line of JSON each. */
export type Message =
  | { readonly kind: "began"; readonly step: number }
  | {
      readonly kind: "progress";
      readonly phase: "training" | "validation";
      /** Steps done, this one included. */
      readonly step: number;
      readonly epoch: number;
    }
  | { readonly kind: "event"; readonly type: string; readonly message: string }
  | { readonly kind: "ledger"; readonly attempts: readonly LedgerAttempt[] }
  | { readonly kind: "ended"; readonly reason: string };

/** What the training leaves when it is complete. */
export interface Result {
  readonly network: unknown;
  readonly adam: unknown;
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** On the test set, from 0 to 1. */
  readonly accuracy: number;
}

/** Written at once: a message in a buffer would die with the process, and the kill would come late. */
export function tell(message: Message): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}
