import { isRepriseError } from "@reprise/core";

/**
 * Lets a `RepriseError` that nobody catches end the process with its `exitCode`, by which whoever
 * started the process knows whether to start it again. Node prints the error as ever, and a program
 * that handles uncaught exceptions itself keeps the last word.
 */
export function exitWithCodeOfUncaughtError(): void {
  if (!process.listeners("uncaughtExceptionMonitor").includes(noteExitCode)) {
    process.on("uncaughtExceptionMonitor", noteExitCode);
  }
}

function noteExitCode(error: unknown): void {
  if (!isRepriseError(error) || isHandledByProgram()) return;
  process.prependOnceListener("exit", () => {
    process.exitCode = error.exitCode;
  });
}

function isHandledByProgram(): boolean {
  return (
    process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback()
  );
}
