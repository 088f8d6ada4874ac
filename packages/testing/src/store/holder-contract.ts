import assert from "node:assert/strict";
import {
  BackupAndRestore,
  type CheckpointStore,
  isRepriseError,
  liveRuns,
  Training,
} from "@reprise/core";

/** One store as two processes see it, the first of which trains. */
export interface HeldStore {
  readonly holder: CheckpointStore;
  readonly starter: CheckpointStore;
  /** Has the first process compute for an hour, in which its event loop has no turn. */
  readonly compute: () => void;
  /** Ends the first process. */
  readonly die: () => void;
}

/** What {@link holderContract} needs to know. */
export interface HolderContract {
  /** Registers a test: `test` or `it` of any runner. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** A new and empty store, for one test. */
  readonly factory: () => Promise<HeldStore>;
}

/** Registers one test for each promise of `Presence` that takes two processes to be seen. */
export function holderContract({ it, factory }: HolderContract): void {
  it("a holder that computes for an hour keeps its run", async () => {
    const { holder, starter, compute } = await factory();
    await begin(holder);
    compute();
    const outcome = await begin(starter).then(
      () => "it was taken over",
      (error: unknown) => error,
    );
    assert.ok(
      isRepriseError(outcome, "RUN_ACTIVE") || isRepriseError(outcome, "HOLDER_UNKNOWN"),
      `expected that the holder keeps its run, found: ${String(outcome)}`,
    );
  });

  it("a holder that has died leaves its run to the next start at once", async () => {
    const { holder, starter, die } = await factory();
    await begin(holder);
    die();
    await begin(starter);
  });
}

/** Starts a training in a process that knows nothing of the runs of this one. */
async function begin(store: CheckpointStore): Promise<void> {
  liveRuns().clear();
  const backup = new BackupAndRestore(store, { preemption: false, onEvent: () => {} });
  await new Training({ state: { weights: new Float32Array(1) }, callbacks: [backup] }).begin();
}
