import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import type { LifeOptions } from "../life.ts";
import type { Workshop } from "../workshop.ts";
import type { TracedCall } from "./trace-log.ts";
import { liveUnderStrace } from "./under-strace.ts";

/** A life to which something is to happen. */
export interface SceneStart {
  readonly name: string;
  /** What sets it apart from a plain life. */
  readonly life: LifeOptions;
  /** A new folder in which this life can be started. */
  readonly prepare: () => Promise<string>;
}

/** A life, and all the places of it where something can happen. */
export interface Scene extends SceneStart {
  /** Every call on what is in the folder, in order. */
  readonly calls: readonly SceneCall[];
}

export interface SceneCall extends TracedCall {
  /** Whether it comes before {@link lateStep}, so that a life which dies there makes it. */
  readonly isEarly: boolean;
}

/** A step after all saves but the last: whoever dies here needs what was saved before it. */
export const lateStep = 14;

/** Calls that a store makes, and those that it could make in their place. */
const tracedCalls: readonly string[] =
  "access,openat,read,pread64,preadv,write,pwrite64,writev,pwritev,fsync,fdatasync,sync_file_range,close,statx,stat,lstat,fstat,newfstatat,statfs,getdents64,mkdir,rmdir,link,linkat,unlink,unlinkat,rename,renameat2,ftruncate,utimensat,copy_file_range".split(
    ",",
  );

/**
 * The first life of a training, the same without a writer's thread, and one that goes on after a life that
 * was killed in the midst of a save: that one reads and tidies up besides.
 */
export async function prepareScenes(
  workshop: Workshop,
  life: LifeOptions = {},
): Promise<readonly SceneStart[]> {
  const killed = await workshop.makeFolder();
  // The first call removes the temporary file of the lease, the third that of the second checkpoint.
  const injection = { call: "unlink", when: "3", effect: "signal=SIGKILL" };
  const options = { injection, isAlone: true };
  const { signal } = await liveUnderStrace(workshop, killed, ["unlink"], options);
  assert.equal(signal, "SIGKILL");
  return [
    { name: "start", life, prepare: () => workshop.makeFolder() },
    { name: "alone", life: { ...life, isAlone: true }, prepare: () => workshop.makeFolder() },
    {
      name: "resume",
      life,
      async prepare() {
        const folder = await workshop.makeFolder();
        await cp(killed, folder, { recursive: true });
        return folder;
      },
    },
  ];
}

/** The scenes with all of their calls. */
export async function stageScenes(
  workshop: Workshop,
  options: LifeOptions = {},
): Promise<readonly Scene[]> {
  const starts = await prepareScenes(workshop, options);
  return Promise.all(
    starts.map(async ({ name, life, prepare }) => {
      const folder = await prepare();
      const { exitCode, calls } = await liveUnderStrace(workshop, folder, tracedCalls, life);
      assert.equal(exitCode, 0);
      const end = calls.findIndex(({ args }) => args.includes(`"step ${lateStep}\\n"`));
      const inFolder: SceneCall[] = [];
      for (const [index, call] of calls.entries()) {
        if (touches(call, folder)) inFolder.push({ ...call, isEarly: index < end });
      }
      return { name, life, prepare, calls: strikable(inFolder) };
    }),
  );
}

/** Those that an injection strikes. Each thread counts for itself, and the first to come to a number is struck. */
function strikable(calls: readonly SceneCall[]): SceneCall[] {
  const placeOf = ({ name, number }: SceneCall): string => `${name}:${number}`;
  const first = calls.filter(({ isFirst }) => isFirst);
  const struck = new Set(first.map(placeOf));
  // Whether the directory is there, each thread asks by itself, before it has come far in counting.
  const hidden = calls.filter((call) => call.name !== "access" && !struck.has(placeOf(call)));
  assert.deepEqual(hidden, [], "An injection would strike a call on something else first.");
  return first;
}

/** Whether a call is on what is in `folder`, apart from the account of what was acknowledged. */
export function touches({ args, result }: TracedCall, folder: string): boolean {
  const text = `${args} = ${result}`;
  return text.includes(folder) && !text.includes(`${folder}/acknowledged`);
}
