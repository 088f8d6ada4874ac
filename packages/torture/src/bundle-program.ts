import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type Plugin } from "esbuild";

// What the CommonJS packages in a file expect to find around them.
const commonJs = `
import { createRequire as requireFrom } from "node:module";
const require = requireFrom(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;
`;

const writer = new URL("../../node/src/writer-thread/reprise-writer.ts", import.meta.url);

/**
 * Writes a program and all its modules into one file that Node runs as it is, in a few milliseconds; the
 * calls by which modules are read are then few beside those on a directory. The thread that writes
 * checkpoints becomes a file beside it. `conditions` are those in the `exports` of packages; by default
 * the built ones are used.
 */
export async function bundleProgram(
  program: URL,
  outfile: string,
  conditions: readonly string[] = [],
  plugins: readonly Plugin[] = [],
): Promise<void> {
  const common: BuildOptions = {
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: [...conditions],
    plugins: [...plugins],
    banner: { js: commonJs },
  };
  const folder = dirname(outfile);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await build({ ...common, entryPoints: [fileURLToPath(program)], outfile });
  await build({
    ...common,
    entryPoints: [fileURLToPath(writer)],
    outfile: join(folder, "reprise-writer.js"),
  });
}
