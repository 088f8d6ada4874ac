import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import { bundleProgram as bundle } from "../../torture/src/bundle-program.ts";

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
  await bundle(pathToFileURL(source), outfile, ["@reprise/source"], [besideItself]);
}
