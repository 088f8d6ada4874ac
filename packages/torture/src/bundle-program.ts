import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// What the CommonJS packages in the file expect to find around them.
const commonJs = `
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const __filename = import.meta.filename;
`;

/**
 * Writes a program and all its modules into one file that Node runs as it is, in a few milliseconds;
 * the calls by which modules are read are then few beside those on a directory. `conditions` are
 * those in the `exports` of packages; by default the built ones are used.
 */
export async function bundleProgram(
  program: URL,
  outfile: string,
  conditions: readonly string[] = [],
): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(program)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: [...conditions],
    banner: { js: commonJs },
  });
}
