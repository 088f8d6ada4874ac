import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

// Not asked of `@reprise/core`: this is loaded into processes that may find it nowhere.
const beat = /^beat-\d+\.json$/;

/** Tells the paths in a directory from others. */
export interface DirectoryScope {
  /**
   * The path of `target` as seen from the directory. `undefined` where it is outside, and for the beat of a
   * holder: that moves with the clock, and would make one operation another in every run.
   */
  locate(target: unknown): string | undefined;
}

/** A directory by the path that was given and by the one it really has; it may not exist yet. */
export function directoryScope(directory: string): DirectoryScope {
  const roots = new Set([resolve(directory), realPath(resolve(directory))]);
  return {
    locate(target) {
      const path = pathOf(target);
      if (path === undefined) return undefined;
      for (const root of roots) {
        const local = relative(root, resolve(path));
        if (local === "") return ".";
        if (beat.test(basename(local))) return undefined;
        if (local !== ".." && !local.startsWith(`..${sep}`) && resolve(local) !== local)
          return local;
      }
      return undefined;
    },
  };
}

function pathOf(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (target instanceof URL) return fileURLToPath(target);
  return ArrayBuffer.isView(target) ? Buffer.from(target as Uint8Array).toString() : undefined;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
