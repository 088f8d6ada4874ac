import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type CopyLater, decodeCheckpoint, materialize } from "@reprise/core";
import {
  BackupAndRestore,
  type CheckpointStore,
  sharedFloat32Array,
  train,
  type TrainingEvent,
} from "@reprise/loop";
import { directory } from "@reprise/node";

jest.setTimeout(120_000);

let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "reprise-before-update-"));
});

afterEach(() => rm(path, { recursive: true }));

/** 32 MiB, so that a copy takes a while. */
const length = 8 * 2 ** 20;
const steps = 12;

/** The store, and how often a copy was begun that training goes on beside. */
function watched(around: (copyLater: CopyLater) => CopyLater = (copy) => copy) {
  const store = directory(path, { preemption: false });
  const copies = { begun: 0 };
  const openSaver: CheckpointStore["openSaver"] = (options) => {
    const saver = store.openSaver?.(options);
    if (!saver?.copyLater) throw new Error("there is no thread to copy");
    const copyLater = around(saver.copyLater);
    return {
      isShared: true,
      progress: saver.progress,
      allocate: (byteLength) => saver.allocate(byteLength),
      copy: (from, to) => saver.copy(from, to),
      save: (order, onAcknowledged) => saver.save(order, onAcknowledged),
      close: () => saver.close(),
      copyLater(parts) {
        copies.begun++;
        return copyLater(parts);
      },
    };
  };
  return { store: { ...store, openSaver }, copies };
}

/** The step that a checkpoint was saved at, and all the numbers that its weights are. */
async function look(name: string): Promise<{ step: number; found: Set<number> }> {
  const bytes = await readFile(join(path, name));
  const { metadata, roots } = await decodeCheckpoint({
    name,
    where: path,
    read: async ({ start, end }) => new Uint8Array(bytes.subarray(start, end)),
  });
  const { weights } = materialize(roots["state"]) as { readonly weights: Float32Array };
  return { step: metadata.position.step, found: new Set(weights) };
}

interface Options {
  readonly store: CheckpointStore;
  /** Whether the step of this number says that it changes the state. */
  readonly isTold?: (step: number) => boolean;
  readonly events?: TrainingEvent[];
  readonly inStep?: (step: number) => void;
}

/** Trains weights that are all the number of steps done, and looks at each checkpoint as it is saved. */
async function trainAndLook({ store, isTold = () => true, events = [], inStep }: Options) {
  const weights = sharedFloat32Array(length);
  const looks: Promise<{ step: number; found: Set<number> }>[] = [];
  const backup = new BackupAndRestore(store, {
    saveFreq: 1,
    keepPrevious: true,
    onEvent: (event) => {
      events.push(event);
      if (event.type === "saved") looks.push(look(event.name));
    },
  });
  const run = await train({ state: { weights }, callbacks: [backup] });
  for await (const step of run.steps(steps)) {
    if (isTold(step.index)) run.beforeUpdate();
    weights.fill(step.index + 1);
    inStep?.(step.index);
    // However slow the disk, some saves are durable before the last step. Not before the update: the
    // other thread is to have as little time as can be.
    while (looks.length < Math.floor(step.index / 3)) await setImmediate();
    await Promise.all(looks);
  }
  return Promise.all(looks);
}

describe("run.beforeUpdate()", () => {
  test("lets another thread copy, and never is what it copied of two steps", async () => {
    const { store, copies } = watched();
    const events: TrainingEvent[] = [];
    const looks = await trainAndLook({ store, events });
    expect(copies.begun).toBeGreaterThan(steps / 2);
    expect(looks.length).toBeGreaterThan(2);
    for (const { step, found } of looks) expect([...found]).toEqual([step]);
    expect(events.map(({ type }) => type)).not.toContain("copiedAgain");
  });

  test("waits for the copy: without that, it is of another step", async () => {
    const { store, copies } = watched((copyLater) => (parts) => {
      copyLater(parts);
      return () => {};
    });
    const looks = await trainAndLook({ store });
    expect(copies.begun).toBeGreaterThan(steps / 2);
    const wrong = looks.filter(({ step, found }) => found.size > 1 || !found.has(step));
    expect(wrong.length).toBeGreaterThan(0);
  });

  test("that is left out once is noticed: the state is copied again, and is of one step", async () => {
    const { store, copies } = watched();
    const events: TrainingEvent[] = [];
    const looks = await trainAndLook({ store, events, isTold: (step) => step !== 5 });
    expect(copies.begun).toBeGreaterThan(2);
    for (const { step, found } of looks) expect([...found]).toEqual([step]);
    expect(events.filter(({ type }) => type === "copiedAgain")).toEqual([
      expect.objectContaining({ message: expect.stringContaining("step 6 did not call") }),
    ]);
  });

  test("that a step never came to leaves no checkpoint of that step's changes", async () => {
    const { store } = watched();
    const inStep = (step: number): void => {
      if (step === 5) throw new Error("out of memory");
    };
    const trained = trainAndLook({ store, inStep, isTold: (step) => step !== 5 });
    await expect(trained).rejects.toThrow("out of memory");
    const left = (await readdir(path)).filter((name) => name.startsWith("checkpoint-"));
    expect(left.length).toBeGreaterThan(0);
    for (const name of left) {
      const { step, found } = await look(name);
      expect([...found]).toEqual([step]);
    }
  });
});
