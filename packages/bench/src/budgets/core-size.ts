import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { atMost, type Row } from "../row.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const run = promisify(execFile);

/** The size of core with its dependencies, minified and compressed, as `npm run size` has it. */
export async function measureCoreSize(): Promise<Row[]> {
  await run("npm", ["run", "build"], { cwd: root });
  const { stdout } = await run("npx", ["size-limit", "--json"], { cwd: root });
  const [core] = JSON.parse(stdout) as { readonly name: string; readonly size: number }[];
  if (core === undefined) throw new Error("size-limit has measured nothing.");
  return [atMost("core, minified and brotli, kB", core.size / 1000, 20, core.name)];
}
