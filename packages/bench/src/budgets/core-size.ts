import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { atMost, type Row } from "../row.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** The size of core with its dependencies, minified and compressed, as `npm run size` has it. */
export async function measureCoreSize(): Promise<Row[]> {
  run("npm", ["run", "build"]);
  // Its exit code says whether the limit is kept; so does the row.
  const sizes = JSON.parse(run("npx", ["size-limit", "--json"])) as readonly {
    readonly name: string;
    readonly size: number;
  }[];
  const [core] = sizes;
  if (core === undefined) throw new Error("size-limit has measured nothing.");
  return [atMost("core, minified and brotli, kB", core.size / 1000, 20, core.name)];
}

function run(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { cwd: root, encoding: "utf8" }).stdout;
}
