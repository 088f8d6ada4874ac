import { environment } from "./environment.ts";
import type { LedgerAttempt } from "./ledger/line.ts";
import type { Position } from "./position/position.ts";

/** Something worth knowing that is not a failure of the run. `message` says it for people. */
export type TrainingEvent = { readonly message: string } & (
  | { readonly type: "started" | "resumed" | "alreadyCompleted"; readonly position: Position }
  | {
      readonly type: "saved";
      readonly position: Position;
      readonly name: string;
      readonly bytes: number;
    }
  | { readonly type: "saveSuperseded"; readonly position: Position }
  | { readonly type: "saveInterval"; readonly seconds: number }
  | { readonly type: "summary" | "savesLost"; readonly attempt: LedgerAttempt }
  | { readonly type: "saveFailed"; readonly position: Position; readonly error: unknown }
  | { readonly type: "waiting" }
  | { readonly type: "tookOver"; readonly holder: string }
  | {
      readonly type: "fellBack";
      readonly from: string;
      readonly to: string;
      readonly error: unknown;
    }
  | { readonly type: "differences"; readonly differences: readonly string[] }
  | {
      readonly type: "callbacksChanged";
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | {
      readonly type: "dataChanged";
      readonly phase: string;
      readonly differences: readonly string[];
    }
  | { readonly type: "unchanged"; readonly tensors: readonly string[] }
  | { readonly type: "unsavedState"; readonly paths: readonly string[] }
  | { readonly type: "callbackFailed"; readonly error: unknown }
  | { readonly type: "leftBehind"; readonly name: string; readonly error: unknown }
  | { readonly type: "copiedAgain" }
  | { readonly type: "writerUnavailable"; readonly error: unknown }
  | { readonly type: "preempted"; readonly reason: string }
);

export type Report = (event: TrainingEvent) => void;

const quiet: ReadonlySet<TrainingEvent["type"]> = new Set([
  "started",
  "saved",
  "saveSuperseded",
  "summary",
]);

/** Prints, on stderr, what a user must know: one line for a resume and for whatever is not as expected. */
export const printEvent: Report = ({ type, message }) => {
  if (!quiet.has(type)) environment.console.warn(`reprise: ${message}`);
};
