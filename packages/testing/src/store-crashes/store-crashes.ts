import assert from "node:assert/strict";
import { CrashFs } from "../crash-fs/crash-fs.ts";
import type { DiskImage } from "../power-loss/disk-image.ts";
import { describeOperation } from "../power-loss/disk-operation.ts";
import { isOwed, owedSteps } from "./owed-step.ts";
import { type CrashModel, crashModels, type CrashState } from "../power-loss/power-losses.ts";
import {
  assertTidy,
  checkpointsOf,
  type LifeOptions,
  type OpenStore,
  storeDirectory,
  StoreLife,
} from "./store-life.ts";
import { foreignName, runScenario, type StoreScenario } from "./store-scenarios.ts";

/** How {@link surviveCrashes} goes about it. */
export interface StoreCrashOptions {
  /** @default all models */
  readonly models?: readonly CrashModel[];
  /**
   * How many crashes come one after the other, the second while the start after the first one goes
   * on, and so forth.
   * @default 1
   */
  readonly crashes?: number;
}

/**
 * Runs a scenario on a store and crashes it in every way of every model. After each of them the next
 * start has to resume, whole, from the last save that was acknowledged or a later one; its own next
 * save has to succeed, and to leave nothing but what belongs there. Rejects with what did not hold.
 * Resolves to the number of crashes.
 */
export async function surviveCrashes(
  open: OpenStore,
  scenario: StoreScenario,
  { models = crashModels, crashes = 1 }: StoreCrashOptions = {},
): Promise<number> {
  const fs = new CrashFs({ from: scenario.from });
  await runScenario(scenario, fs, open);
  return crashEverywhere({ fs, open, scenario, models, before: [] }, crashes);
}

interface Recording {
  readonly fs: CrashFs;
  readonly open: OpenStore;
  readonly scenario: StoreScenario;
  readonly models: readonly CrashModel[];
  /** The marks of the lives before the one that was recorded. */
  readonly before: readonly string[];
}

async function crashEverywhere(recording: Recording, crashes: number): Promise<number> {
  const { fs, open, scenario, before } = recording;
  const seen = new Set<string>();
  /** What each disk that was left owes to the next start, when most was told. */
  const left = new Map<string, Crash>();
  for (const model of recording.models) {
    for (const state of fs.states(model)) {
      const marks = [...before, ...state.marks];
      const { fingerprint } = state.image;
      left.set(fingerprint, { state, marks, model });
      // A disk that owes the same is one and the same crash, whatever the model.
      const key = `${JSON.stringify(owedSteps(marks))} ${fingerprint}`;
      if (seen.has(key)) continue;
      seen.add(key);
      await explained(
        async () => {
          const next = fs.crash(state);
          await letGo(await resume(next, open, scenario.options, marks), next, scenario.from);
        },
        () => describeCrash(fs, model, state),
      );
    }
  }
  if (crashes === 1) return seen.size;
  let count = seen.size;
  for (const { state, marks, model } of left.values()) {
    count += await explained(
      async () => {
        const next = fs.crash(state);
        await resume(next, open, scenario.options, marks);
        return crashEverywhere({ ...recording, fs: next, before: marks }, crashes - 1);
      },
      () => describeCrash(fs, model, state),
    );
  }
  return count;
}

interface Crash {
  readonly state: CrashState;
  readonly marks: readonly string[];
  readonly model: CrashModel;
}

/** Starts on what a crash or a fault has left, checks where it resumes, and saves. */
export async function resume(
  fs: CrashFs,
  open: OpenStore,
  options: LifeOptions,
  marks: readonly string[],
): Promise<StoreLife> {
  const owed = owedSteps(marks);
  const most = options.keepPrevious === true ? 2 : 1;
  if (owed.isSettled) assertCheckpoints(fs.image, Math.min(owed.least, most));
  const life = await StoreLife.begin(fs, open, options);
  assert.ok(
    isOwed(life.step, owed),
    `It resumed from step ${life.step}, and from ${owed.least} to ${owed.most} were owed` +
      `${owed.orNone ? ", or none" : ""}.`,
  );
  await life.save();
  assertCheckpoints(fs.image, Math.min(life.step, most));
  assert.ok(
    fs.operations.some(({ kind }) => kind === "write"),
    "Nothing of a save reached the disk.",
  );
  return life;
}

/** An older checkpoint neither stays after a save nor comes back with the power. */
function assertCheckpoints(image: DiskImage, most: number): void {
  const checkpoints = checkpointsOf(image);
  assert.ok(
    checkpoints.length <= most,
    `There are checkpoints that should be gone: ${checkpoints.join(", ")}.`,
  );
}

/** Lets a run go and checks that only what belongs there is left. */
export async function letGo(life: StoreLife, fs: CrashFs, from: DiskImage): Promise<void> {
  await life.release();
  const isForeignOwed = from.file(`${storeDirectory}/${foreignName}`) !== undefined;
  assertTidy(fs, isForeignOwed ? [foreignName] : []);
}

/** Says before what did not hold when that was. */
export async function explained<Result>(
  act: () => Promise<Result>,
  describe: () => string,
): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    throw new Error(`${describe()}\n${messageOf(cause)}`, { cause });
  }
}

// Errors of the platform may come from another realm, to which `instanceof` is blind.
function messageOf(cause: unknown): string {
  const hasMessage = typeof cause === "object" && cause !== null && "message" in cause;
  return String(hasMessage ? cause.message : cause);
}

function describeCrash(
  fs: CrashFs,
  model: CrashModel,
  { after, lost, marks, image }: CrashState,
): string {
  const last = fs.operations[after];
  return [
    `After a crash (${model}) right after: ${last ? describeOperation(last) : "nothing yet"}`,
    `lost: ${lost.join("; ") || "nothing"}`,
    `told: ${marks.join(", ") || "nothing"}`,
    `left:\n${String(image)}`,
  ].join("\n");
}
