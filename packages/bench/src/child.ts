import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleProgram } from "../../torture/src/bundle-program.ts";

const run = promisify(execFile);

/**
 * Runs a program of the bench in a process of its own, whose memory is then that of one measurement, and
 * of nothing that compiles sources. Resolves to the JSON that it prints.
 */
export async function runChild<Result>(program: URL, args: readonly string[]): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "reprise-bench-child-"));
  try {
    const file = join(folder, "program.js");
    await bundleProgram(program, file);
    const { stdout } = await run(process.execPath, ["--expose-gc", file, ...args]);
    return JSON.parse(stdout) as Result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
