import type { CrashFs } from "../crash-fs/crash-fs.ts";
import { DiskImage, directoryNode } from "../power-loss/disk-image.ts";
import { type LifeOptions, type OpenStore, storeDirectory, StoreLife } from "./store-life.ts";

/** Something that a training does with its store, from an empty or a used disk on. */
export interface StoreScenario {
  readonly from: DiskImage;
  readonly options: LifeOptions;
  readonly run: (begin: () => Promise<StoreLife>) => Promise<void>;
}

const parent = storeDirectory.slice(0, storeDirectory.lastIndexOf("/"));
const emptyDisk = new DiskImage([[parent, directoryNode]]);

/** The name of a file in the store's directory that somebody else has put there. */
export const foreignName = "notes.txt";

const usedDisk = new DiskImage([
  [
    `${storeDirectory}/${foreignName}`,
    { kind: "file", inode: 1, data: new TextEncoder().encode("of somebody else") },
  ],
]);

export type StoreScenarioName =
  | "a first save"
  | "saves that replace each other"
  | "saves that keep the one before"
  | "a completion"
  | "a release and the next start"
  | "a take-over from a dead run";

/** What a training does with its store, by name. */
export const storeScenarios: Readonly<Record<StoreScenarioName, StoreScenario>> = {
  "a first save": {
    from: emptyDisk,
    options: {},
    async run(begin) {
      await (await begin()).save();
    },
  },
  "saves that replace each other": {
    from: usedDisk,
    options: {},
    async run(begin) {
      const life = await begin();
      for (let step = 1; step <= 3; step += 1) await life.save();
    },
  },
  "saves that keep the one before": {
    from: usedDisk,
    options: { keepPrevious: true },
    async run(begin) {
      const life = await begin();
      for (let step = 1; step <= 3; step += 1) await life.save();
    },
  },
  "a completion": {
    from: usedDisk,
    options: {},
    async run(begin) {
      const life = await begin();
      await life.save();
      await life.complete();
    },
  },
  "a release and the next start": {
    from: usedDisk,
    options: {},
    async run(begin) {
      const life = await begin();
      await life.save();
      await life.release();
      await (await begin()).save();
    },
  },
  "a take-over from a dead run": {
    from: usedDisk,
    options: {},
    async run(begin) {
      await (await begin()).save();
      await (await begin()).save();
    },
  },
};

/** Runs a scenario on `fs`. */
export async function runScenario(
  { run, options }: StoreScenario,
  fs: CrashFs,
  open: OpenStore,
): Promise<void> {
  await run(() => StoreLife.begin(fs, open, options));
}
