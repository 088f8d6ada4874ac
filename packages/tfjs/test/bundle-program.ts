import { build, type Plugin } from "esbuild";

// What the CommonJS packages in the file expect to find around them.
const commonJs = `
import { createRequire as requireFrom } from "node:module";
const require = requireFrom(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;
`;

/** Leaves out the package that looks for its binaries beside itself. */
const besideItself: Plugin = {
  name: "beside-itself",
  setup(bundler) {
    bundler.onResolve({ filter: /^webgpu$/ }, ({ path }) => ({
      path: import.meta.resolve(path),
      external: true,
    }));
  },
};

/** Makes one file of a program, so that a process that runs it starts in a fraction of a second. */
export async function bundleProgram(source: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@reprise/source"],
    banner: { js: commonJs },
    plugins: [besideItself],
  });
}
