import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs a program of the bench in a process of its own, whose memory is then that of one measurement.
 * Resolves to the JSON that it prints.
 */
export async function runChild<Result>(program: URL, args: readonly string[]): Promise<Result> {
  const { stdout } = await run(process.execPath, [
    ...process.execArgv,
    fileURLToPath(program),
    ...args,
  ]);
  return JSON.parse(stdout) as Result;
}
