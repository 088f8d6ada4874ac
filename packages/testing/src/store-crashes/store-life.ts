import assert from "node:assert/strict";
import {
  BackupAndRestore,
  type CheckpointStore,
  liveRuns,
  parseEntryName,
  Training,
  type TrainingEvent,
} from "@reprise/core";
import type { CrashFs } from "../crash-fs/crash-fs.ts";
import type { DiskImage } from "../power-loss/disk-image.ts";

/** Where the store under test keeps its entries. */
export const storeDirectory = "/crash/backup";

/** Opens the store under test on a disk, in {@link storeDirectory}, as a new process would. */
export type OpenStore = (fs: CrashFs) => CheckpointStore;

/** How a training of {@link StoreLife} saves. */
export interface LifeOptions {
  /** @default false */
  readonly keepPrevious?: boolean;
}

// Three blocks of a disk and a bit, so that a torn file has something to be torn into.
const weightCount = 2500;

/**
 * One life of a small training on a store: each step is saved and waited for. Its state is the same
 * number, that of the step, over and over, so that one look tells whether it is whole. What it was
 * told of its saves is marked in the recording of the disk.
 */
export class StoreLife {
  readonly #fs: CrashFs;
  readonly #weights: Float32Array = new Float32Array(weightCount);
  readonly #training: Training;

  private constructor(fs: CrashFs, open: OpenStore, { keepPrevious = false }: LifeOptions) {
    this.#fs = fs;
    const backup = new BackupAndRestore(open(fs), {
      saveFreq: 1,
      sync: true,
      keepPrevious,
      onSaveError: "throw",
      preemption: false,
      onEvent: (event) => this.#mark(event),
    });
    this.#training = new Training({ state: { weights: this.#weights }, callbacks: [backup] });
  }

  /** Starts as a new process does, to which the runs of this one are dead. */
  static async begin(fs: CrashFs, open: OpenStore, options: LifeOptions): Promise<StoreLife> {
    liveRuns().clear();
    const life = new StoreLife(fs, open, options);
    await life.#training.begin();
    fs.mark(`resumed ${life.step}`);
    return life;
  }

  /** The steps that are done. */
  get step(): number {
    const { step } = this.#training.position;
    const expected = Buffer.from(new Float32Array(weightCount).fill(step).buffer);
    const isWhole = expected.equals(Buffer.from(this.#weights.buffer));
    assert.ok(isWhole, `What was resumed at step ${step} is a mix: not all weights are ${step}.`);
    return step;
  }

  /** Trains one step and waits until it is saved. */
  async save(): Promise<void> {
    const step = this.step + 1;
    this.#weights.fill(step);
    this.#fs.mark(`saving ${step}`);
    await this.#training.batchEnd();
    this.#fs.mark("settled");
  }

  /** Lets the run go, to be resumed. */
  async release(): Promise<void> {
    await this.#training.interrupt();
  }

  /** Ends the training for good, which removes what was saved. */
  async complete(): Promise<void> {
    this.#fs.mark("completing");
    await this.#training.end();
    this.#fs.mark("completed");
  }

  #mark(event: TrainingEvent): void {
    if (event.type === "saved") this.#fs.mark(`saved ${event.position.step}`);
  }
}

/** The checkpoints on a disk, by name. */
export function checkpointsOf(image: DiskImage): string[] {
  const names = image.names(storeDirectory);
  return names.filter((name) => parseEntryName(name)?.kind === "checkpoint");
}

/** Once a run was let go, nothing is left but its checkpoints, its ledger, one lease and what is not of Reprise. */
export function assertTidy(fs: CrashFs, foreign: readonly string[]): void {
  const names = fs.image.names(storeDirectory);
  const others = names.filter(
    (name) => !["checkpoint", "ledger"].includes(parseEntryName(name)?.kind ?? ""),
  );
  const leases = others.filter((name) => parseEntryName(name)?.kind === "lease");
  assert.deepEqual(
    others,
    [...leases.slice(0, 1), ...foreign].toSorted(),
    "what is left besides checkpoints and ledgers",
  );
  assert.equal(fs.openHandles, 0, "the number of files that are still open");
}
