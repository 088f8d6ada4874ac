import { CrashDisk } from "./crash-disk.ts";
import { CrashFsPromises, normal } from "./crash-fs-promises.ts";
import { DiskImage } from "../power-loss/disk-image.ts";
import type { DiskOperation } from "../power-loss/disk-operation.ts";
import type { FsCall, WhichCall } from "./faults.ts";
import { materialise, readImage } from "./image-on-disk.ts";
import {
  type CrashModel,
  type CrashState,
  powerLosses,
  powerLossesAtEnd,
} from "../power-loss/power-losses.ts";

/** What a {@link CrashFs} is like. */
export interface CrashFsOptions {
  /**
   * What is on the disk, durably, when it is first used.
   * @default nothing but the directory `/`
   */
  readonly from?: DiskImage;
  /**
   * How many bytes of file data the disk has room for. Of a write that does not fit, a part is
   * written; the next one is `ENOSPC`.
   * @default Infinity
   */
  readonly capacity?: number;
  /**
   * The most bytes that one write takes; whoever wants to write more has to call again.
   * @default Infinity
   */
  readonly shortWriteBytes?: number;
}

/**
 * A file system in memory that can be crashed. {@link CrashFs.promises} is a subset of
 * `node:fs/promises`; everything that is done with it is recorded, and {@link CrashFs.states} are all
 * the disks that a kill or a loss of power at any instant of the recording may leave.
 */
export class CrashFs {
  /** The file system as a program uses it. Paths are absolute. */
  readonly promises: CrashFsPromises;
  readonly #options: CrashFsOptions;
  readonly #from: DiskImage;
  readonly #disk: CrashDisk;

  constructor(options: CrashFsOptions = {}) {
    const { from = new DiskImage(), capacity = Infinity, shortWriteBytes = Infinity } = options;
    this.#options = options;
    this.#from = from;
    this.#disk = new CrashDisk(from, capacity, shortWriteBytes);
    this.promises = new CrashFsPromises(this.#disk);
  }

  /** A disk that holds, durably, what is in a real directory; that directory is its `/`. */
  static async fromDirectory(
    directory: string,
    options: Omit<CrashFsOptions, "from"> = {},
  ): Promise<CrashFs> {
    return new CrashFs({ ...options, from: await readImage(directory) });
  }

  /** `existsSync` of `node:fs`: any failure means no. */
  existsSync(path: string): boolean {
    const at = normal(path);
    const act = (): boolean => this.#disk.tree.find(at) !== undefined;
    try {
      return this.#disk.callNow({ syscall: "access", path: at, act });
    } catch {
      return false;
    }
  }

  /** All that reached the disk so far. */
  get operations(): readonly DiskOperation[] {
    return this.#disk.operations;
  }

  /** All calls so far. */
  get calls(): readonly FsCall[] {
    return this.#disk.faults.calls;
  }

  /** Those of the calls that a fault came to: what shows that it was injected. */
  get faults(): readonly FsCall[] {
    return this.#disk.faults.struck;
  }

  /** How many files and directories are open. */
  get openHandles(): number {
    return this.#disk.openHandles;
  }

  /** What is on the disk now, as whoever uses it sees it. */
  get image(): DiskImage {
    return this.#disk.tree.image();
  }

  /** Notes that somebody was told something now, such as that a save is durable. */
  mark(label: string): void {
    this.#disk.do({ kind: "mark", label });
  }

  /**
   * Fails a call, or with `forever` every one from then on, with a system error such as `EIO`. With
   * `landed`, it does its work all the same. After an `fsync` that failed, what it should have made
   * durable never becomes so, though another one succeeds.
   */
  fail(
    which: WhichCall,
    code: string,
    { forever = false, landed = false }: { forever?: boolean; landed?: boolean } = {},
  ): void {
    this.#disk.faults.plan(which, { kind: "fails", code, hasLanded: landed }, forever);
  }

  /** Has a write, a sync or a change of names report success without doing anything. */
  lie(which: WhichCall, { forever = false }: { forever?: boolean } = {}): void {
    this.#disk.faults.plan(which, { kind: "lies" }, forever);
  }

  /** Ends all faults. */
  heal(): void {
    this.#disk.faults.clear();
  }

  /** Every disk that a crash may leave, at any instant up to now. */
  states(model: CrashModel, options: { readonly limit?: number } = {}): Iterable<CrashState> {
    return powerLosses(this.operations, model, { ...options, from: this.#from });
  }

  /** Every disk that a crash now may leave. */
  statesNow(model: CrashModel, options: { readonly limit?: number } = {}): Iterable<CrashState> {
    return powerLossesAtEnd(this.operations, model, { ...options, from: this.#from });
  }

  /** The next boot: a disk like this one with what a crash has left of it. */
  crash(state: Pick<CrashState, "image">): CrashFs {
    return new CrashFs({ ...this.#options, from: state.image });
  }

  /** Puts what is on the disk now into a real directory, to be looked at. */
  async materialise(directory: string): Promise<void> {
    await materialise(this.image, directory);
  }
}
