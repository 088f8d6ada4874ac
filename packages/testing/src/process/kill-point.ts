import { RepriseError } from "@reprise/core";

/** Where a process is killed with SIGKILL, as by the OOM killer or a machine that goes away. */
export type KillPoint =
  | {
      /**
       * Before the n-th operation, counted from 1, that changes what the directory holds: the
       * process kills itself at this very call, so the same n is the same place in every run.
       */
      readonly fileOperation: number;
      /** Where the operation is a write, whether the first half of its bytes are written before. */
      readonly half?: boolean;
    }
  /** This many milliseconds after it started. */
  | { readonly afterMs: number }
  /** As soon as all that it wrote to stdout matches. */
  | { readonly whenStdout: RegExp };

/** Refuses a kill that could not happen, since it would read as one that was survived. */
export function checkKillPoint(point: KillPoint, directory: string | undefined): void {
  if ("afterMs" in point) {
    if (Number.isFinite(point.afterMs) && point.afterMs >= 0) return;
    throw refusal(`Expected \`afterMs\` to be 0 or more milliseconds, got ${point.afterMs}.`);
  }
  if ("whenStdout" in point) return;
  if (!Number.isSafeInteger(point.fileOperation) || point.fileOperation < 1) {
    throw refusal(
      `Expected \`fileOperation\` to be a positive integer, got ${point.fileOperation}.`,
    );
  }
  if (directory === undefined) {
    throw refusal(
      "A kill at a file operation needs `directory`: name the directory whose operations count.",
    );
  }
}

function refusal(message: string): RepriseError {
  return new RepriseError("INVALID_ARGUMENT", message);
}
