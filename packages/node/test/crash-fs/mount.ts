import * as realFs from "node:fs";
import * as realPromises from "node:fs/promises";
import { jest } from "@jest/globals";
import type { CheckpointStore } from "@reprise/core";
import { CrashFs, storeDirectory } from "@reprise/testing/node";

/** Where the mounted file system is; everything else stays real. */
const mountPoint = "/crash";

/** The file system that is there; the last one on which a store was opened. */
let mounted: CrashFs = new CrashFs();

function isBelow(path: unknown): path is string {
  return path === mountPoint || (typeof path === "string" && path.startsWith(`${mountPoint}/`));
}

// What the kernel says of this thread stays the same while it lives, and is asked for thousands of times.
const knownFacts = new Map<string, unknown>();

function isFactOfKernel(path: unknown): path is string {
  return typeof path === "string" && path.startsWith("/proc/");
}

function fact(key: string, ask: () => unknown): unknown {
  if (!knownFacts.has(key)) knownFacts.set(key, ask());
  return knownFacts.get(key);
}

/** Every function of `node:fs/promises` that `CrashFs` has, led there for paths below the mount point. */
function redirected(): Record<string, unknown> {
  const all: Record<string, unknown> = { ...realPromises };
  for (const [name, real] of Object.entries(realPromises)) {
    if (typeof real !== "function") continue;
    all[name] = (...args: readonly unknown[]): unknown => {
      const [path] = args;
      if (isFactOfKernel(path))
        return fact(`${name} ${path}`, () => Reflect.apply(real, undefined, args));
      if (!args.some(isBelow)) return Reflect.apply(real, undefined, args);
      const { promises } = mounted;
      const replacement: unknown = Reflect.get(promises, name);
      if (typeof replacement !== "function") throw new TypeError(`CrashFs has no ${name}.`);
      return Reflect.apply(replacement, promises, args);
    };
  }
  return { ...all, default: all };
}

jest.unstable_mockModule("node:fs/promises", redirected);
jest.unstable_mockModule("node:fs", () => {
  const existsSync = (path: unknown): boolean =>
    isBelow(path) ? mounted.existsSync(path) : realFs.existsSync(path as string);
  return { ...realFs, existsSync, default: { ...realFs, existsSync } };
});

// Its timers would outlive a test, and nothing rests on it: two that claim at once are polite with it.
// What stands in for it leaves the same trace, a directory that a killed starter does not remove.
jest.unstable_mockModule("proper-lockfile", () => {
  const lock = async (
    _file: string,
    { lockfilePath }: { readonly lockfilePath: string },
  ): Promise<() => Promise<void>> => {
    await mounted.promises.mkdir(lockfilePath);
    return () => mounted.promises.rmdir(lockfilePath);
  };
  return { lock, default: { lock } };
});

const { directory } = await import("../../src/directory.ts");

/** Mounts `fs` and opens the directory store on it, as it is. */
export function directoryOn(fs: CrashFs): CheckpointStore {
  mounted = fs;
  // The disk is in the memory of this thread: no other one can write to it.
  const { openSaver: _, ...store } = directory(storeDirectory, { preemption: false });
  return store;
}
