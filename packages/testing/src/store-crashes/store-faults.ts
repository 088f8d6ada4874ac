import assert from "node:assert/strict";
import { isRepriseError } from "@reprise/core";
import { CrashFs, type CrashFsOptions } from "../crash-fs/crash-fs.ts";
import type { DiskImage } from "../power-loss/disk-image.ts";
import type { FsCall } from "../crash-fs/faults.ts";
import type { CrashModel } from "../power-loss/power-losses.ts";
import { explained, letGo, resume } from "./store-crashes.ts";
import { type OpenStore, StoreLife } from "./store-life.ts";
import { runScenario, storeScenarios } from "./store-scenarios.ts";

/** The codes of errors that disks answer with. */
export const faultCodes = ["EIO", "ENOSPC", "EMFILE", "EACCES", "EROFS", "EDQUOT"] as const;

type FaultCode = (typeof faultCodes)[number];

/** How the calls of a store go wrong in {@link surviveFaults}. */
export interface StoreFault {
  readonly code: FaultCode;
  /** All calls from the one that fails on fail as well, until the next start. */
  readonly forever?: boolean;
  /** The call that fails has done its work all the same. */
  readonly landed?: boolean;
}

/** What is on the disk before anything goes wrong. */
const savedBefore = ["resumed 3"];

/**
 * Resumes and saves on a disk on which the first call of the file system fails, then on one on which
 * the second does, and so on until there is no such call any more. Whatever fails has to be told as a
 * `RepriseError`, or to be made good; the next start, without the fault, has to resume from what was
 * acknowledged, and to save; with `EIO` also when power is lost right after the failure. Rejects with
 * what did not hold. Resolves to the calls that failed.
 */
export async function surviveFaults(
  open: OpenStore,
  { code, forever = false, landed = false }: StoreFault,
): Promise<readonly FsCall[]> {
  const from = await usedDisk(open);
  const failed: FsCall[] = [];
  for (let number = 1; ; number += 1) {
    // Two or three writes for a checkpoint, so that the second of them can fail.
    const fs = new CrashFs({ from, shortWriteBytes: 6000 });
    fs.fail(number, code, { forever, landed });
    await trainUnderFaults(fs, open);
    const [call] = fs.faults;
    if (call === undefined) return failed;
    failed.push(call);
    fs.heal();
    await explained(
      // How an error is told differs from code to code; what is left on the disk does not.
      () => survive(fs, open, { from, model: code === "EIO" ? "posix" : "kill" }),
      () => {
        const how = [code, forever && "and all after it", landed && "but did its work"];
        return `After call ${number}, ${call.syscall} ${call.path}, failed: ${how.filter(Boolean).join(", ")}`;
      },
    );
  }
}

/**
 * Resumes and saves on disks that take only `shortWriteBytes` in one write, and run full at `capacity`
 * bytes of file data. As in {@link surviveFaults}, the next start is on one with room. Resolves to
 * whether the save succeeded.
 */
export async function surviveSmallDisk(
  open: OpenStore,
  disk: Omit<CrashFsOptions, "from">,
): Promise<boolean> {
  const from = await usedDisk(open);
  const fs = new CrashFs({ ...disk, from });
  const hasSaved = await trainUnderFaults(fs, open);
  const roomy = new CrashFs({ from });
  await explained(
    () => survive(fs, open, { from, next: roomy }),
    () => `On a disk like ${JSON.stringify(disk)}`,
  );
  return hasSaved;
}

/**
 * Resumes and saves on a disk that reports success for one write and stores nothing of it. It has to
 * be noticed before the save is acknowledged. Resolves to the writes that lied.
 */
export async function surviveLyingWrites(open: OpenStore): Promise<readonly FsCall[]> {
  const from = await usedDisk(open);
  const lies: FsCall[] = [];
  for (let number = 1; ; number += 1) {
    const fs = new CrashFs({ from });
    let writes = 0;
    fs.lie(({ syscall }) => syscall === "write" && (writes += 1) === number);
    await trainUnderFaults(fs, open);
    const [call] = fs.faults;
    if (call === undefined) return lies;
    lies.push(call);
    fs.heal();
    await explained(
      () => survive(fs, open, { from }),
      () => `After write ${number}, to ${call.path}, reported success and stored nothing`,
    );
  }
}

/** What a disk has after saves up to step 3, the last two of which were on it when it was used. */
async function usedDisk(open: OpenStore): Promise<DiskImage> {
  const scenario = storeScenarios["saves that replace each other"];
  const fs = new CrashFs({ from: scenario.from });
  await runScenario(scenario, fs, open);
  return fs.image;
}

/** Whether the save of a training on a disk with faults succeeded; if not, it fails in words. */
async function trainUnderFaults(fs: CrashFs, open: OpenStore): Promise<boolean> {
  const training = async (): Promise<boolean> => {
    const life = await StoreLife.begin(fs, open, {});
    await life.save();
    await life.release();
    return true;
  };
  return training().catch((error: unknown) => {
    assert.ok(isRepriseError(error), `It failed with ${String(error)}, which is no RepriseError.`);
    return false;
  });
}

/** The next start after faults, on what is there and on all that a loss of power may leave of it. */
async function survive(
  fs: CrashFs,
  open: OpenStore,
  { from, next = fs, model = "posix" }: Aftermath,
): Promise<void> {
  assert.equal(fs.openHandles, 0, "the number of files that are still open");
  for (const state of fs.statesNow(model)) {
    // What could not be removed is reported, and goes with the next save.
    const told = state.marks.filter((mark) => mark !== "settled");
    const booted = next.crash(state);
    await letGo(await resume(booted, open, {}, [...savedBefore, ...told]), booted, from);
  }
}

interface Aftermath {
  readonly from: DiskImage;
  /** The disk that the next start has, but for what is on it. */
  readonly next?: CrashFs;
  readonly model?: CrashModel;
}
