import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Where the packages that the docs import are found, and git does not look.
const home = fileURLToPath(new URL("../../node_modules/.docs/", import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Runs a TypeScript program of the docs in an empty directory, as a user who copied it would. */
export async function runProgram(code: string): Promise<Ended> {
  await mkdir(home, { recursive: true });
  const source = await mkdtemp(home);
  const cwd = await mkdtemp(join(tmpdir(), "reprise-docs-"));
  try {
    const program = join(source, "program.mts");
    await writeFile(program, code);
    return await run(program, cwd);
  } finally {
    await rm(source, { recursive: true, force: true });
    await rm(cwd, { recursive: true, force: true });
  }
}

async function run(program: string, cwd: string): Promise<Ended> {
  const loader = import.meta.resolve("tsx");
  const args = ["--conditions=@reprise/source", "--import", loader, program];
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exitCode, stderr };
}
