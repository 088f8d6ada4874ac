import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleProgram } from "./bundle-program.ts";
import { type Life, type LifeOptions, live, signalGroup } from "./life.ts";
import { leftoversIn } from "./remains.ts";

/** Where trainings are started, and how one ends that nothing happens to. */
export interface Workshop {
  /** The result of a training that nothing happened to. */
  readonly undisturbed: string;
  /** What such a training leaves in its directory; see {@link leftoversIn}. */
  readonly leftovers: readonly string[];
  /** A new, empty folder for one training with all its lives. */
  makeFolder(): Promise<string>;
  /** One life of the training in `folder`, from its start to its end. */
  live(folder: string, options?: LifeOptions): Promise<Life>;
}

/** What is put under torture. */
export interface WorkshopOptions {
  /** @default the training on a directory */
  readonly program?: URL;
  /** Of which conditions in the `exports` of packages use is made; by default they are the built ones. */
  readonly conditions?: readonly string[];
}

/** Opens a workshop for as long as `work` takes, and removes all that was made in it. */
export async function withWorkshop<T>(
  work: (workshop: Workshop) => Promise<T>,
  {
    program = new URL("./program/program.ts", import.meta.url),
    conditions = [],
  }: WorkshopOptions = {},
): Promise<T> {
  const parent = await mkdtemp(join(tmpdir(), "reprise-torture-"));
  const children = new Set<ChildProcess>();
  try {
    const outfile = join(parent, "program.mjs");
    await bundleProgram(program, outfile, conditions);
    const start: Workshop["live"] = (folder, { onStart, ...options } = {}) =>
      live(outfile, folder, {
        ...options,
        onStart(child) {
          children.add(child);
          child.once("exit", () => children.delete(child));
          onStart?.(child);
        },
      });
    const makeFolder = (): Promise<string> => mkdtemp(join(parent, "run-"));
    const folder = await makeFolder();
    const { exitCode, stderr, result } = await start(folder);
    if (exitCode !== 0 || result === undefined) {
      throw new Error(`The training does not even end when nothing happens to it.\n${stderr}`);
    }
    const leftovers = await leftoversIn(folder);
    return await work({ undisturbed: result, leftovers, makeFolder, live: start });
  } finally {
    // Lives that nobody waits for any more, since one beside them was lost.
    for (const child of children) signalGroup(child, "SIGKILL");
    await rm(parent, { recursive: true, force: true });
  }
}
