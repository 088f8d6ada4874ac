import { BackupAndRestore } from "../../src/lifecycle/backup-and-restore.ts";
import type { BackupOptions } from "../../src/lifecycle/backup-options.ts";
import type { Callback, TrainingControl } from "../../src/lifecycle/callback.ts";
import { EarlyStopping } from "../../src/lifecycle/early-stopping.ts";
import type { TrainingEnd } from "../../src/lifecycle/end.ts";
import { History } from "../../src/lifecycle/history.ts";
import { sameData } from "../../src/lifecycle/same-data.ts";
import { Training } from "../../src/lifecycle/training.ts";
import type { Logs } from "../../src/position/logs.ts";
import type { Purpose } from "../../src/position/progress.ts";
import { keyedRandom } from "../../src/position/random.ts";
import type { SavePolicy } from "../../src/policy/save-policy.ts";
import type { StateDict } from "../../src/snapshot/training-state.ts";
import type { CheckpointStore } from "../../src/store/store.ts";

/** All that the training ends with. */
export interface GoldenResult {
  readonly end: TrainingEnd;
  readonly state: unknown;
  readonly history: StateDict;
  readonly stopping: StateDict;
  readonly visits: StateDict;
}

export interface GoldenOptions extends BackupOptions {
  /** Stop this life after so many steps of training. */
  readonly stopAt?: number;
}

const always: SavePolicy = { name: "always", epochsOnly: false, isDue: () => true };

/**
 * The training that wrote the golden checkpoints, and that must be able to go on from them for ever:
 * two phases of training and a validation in each epoch, two optimizers, momentum that is a view, and
 * callbacks with state. It decides to complete in the middle of its third epoch. Only sums, products
 * and divisions: the same bits everywhere.
 */
export async function trainGolden(
  store: CheckpointStore,
  { stopAt, ...options }: GoldenOptions = {},
): Promise<GoldenResult> {
  const slots = new Float32Array(6);
  const state = {
    weights: new Float32Array(6),
    optimizer: { slots, momentum: slots.subarray(0, 3), rate: { value: 0.5 } },
    generator: { params: new Float64Array(2), seen: new Map<string, number>() },
  };
  const random = keyedRandom(42);
  const history = new History();
  const stopping = new EarlyStopping({ patience: 9, restoreBestWeights: ["generator"] });
  const visits = new Visits(stopAt);
  const backup = new BackupAndRestore(store, {
    saveFreq: always,
    sync: true,
    deleteCheckpoint: false,
    fingerprint: { golden: 1 },
    ...options,
  });
  const training = new Training({ state, callbacks: [backup, history, stopping, visits] });

  const isStopped = (): boolean => training.ending?.kind === "stopped";

  async function phase(
    name: string,
    purpose: Purpose,
    count: number,
    body: (batch: number) => Logs,
  ): Promise<void> {
    if (isStopped() || training.progress.phase(name)?.done) return;
    const check = sameData({ kind: "golden", length: count });
    const progress = await training.enterPhase(name, purpose, check);
    const isOver = (): boolean => purpose === "training" && training.ending !== undefined;
    while (progress.batch < count && !isOver()) {
      const logs = body(progress.batch);
      await (purpose === "training" ? training.batchEnd(logs) : training.validation(logs));
    }
    if (!isStopped()) training.leavePhase();
  }

  await training.begin();
  for (;;) {
    const { ending, progress, position } = training;
    const isOver = ending && !(progress.begun && ending.kind === "completed");
    if (isOver || (!progress.begun && position.epoch >= 5)) break;
    await training.epochBegin();
    const { epoch } = position;
    await phase("batches", "training", 3, (batch) => {
      const { next } = random("noise", epoch, batch);
      for (let i = 0; i < 6; i++) {
        slots[i] = (slots[i] ?? 0) * 0.75 + next();
        state.weights[i] = (state.weights[i] ?? 0) - state.optimizer.rate.value * (slots[i] ?? 0);
      }
      return { loss: 1 / (1 + training.position.step) };
    });
    await phase("generator", "training", 2, (batch) => {
      const { params, seen } = state.generator;
      params[batch] = (params[batch] ?? 0) / 3 + (state.weights[batch] ?? 0);
      seen.set(`batch ${batch}`, (seen.get(`batch ${batch}`) ?? 0) + 1);
      return { generated: params[batch] ?? 0 };
    });
    await phase("validation", "validation", 2, (batch) => ({ loss: (epoch + 1) / (batch + 2) }));
    if (isStopped()) break;
    state.optimizer.rate.value *= 0.75;
    await training.epochEnd({ rate: state.optimizer.rate.value });
  }
  return {
    end: await training.end(),
    state,
    history: history.stateDict(),
    stopping: stopping.stateDict(),
    visits: visits.stateDict(),
  };
}

class Visits implements Callback {
  readonly key: string = "visits";
  readonly #stopAt: number | undefined;
  #hooks: Map<string, bigint> = new Map();

  constructor(stopAt: number | undefined) {
    this.#stopAt = stopAt;
  }

  onEpochBegin(): void {
    this.#count("onEpochBegin");
  }

  onBatchEnd(_batch: number, _logs: Logs, training: TrainingControl): void {
    this.#count("onBatchEnd");
    if (training.position.step === this.#stopAt) training.stop();
    if (training.position.step === 12) training.complete("the target was reached");
  }

  stateDict(): StateDict {
    return { hooks: this.#hooks };
  }

  loadStateDict(dict: StateDict): void {
    this.#hooks = dict["hooks"] as Map<string, bigint>;
  }

  #count(hook: string): void {
    this.#hooks.set(hook, (this.#hooks.get(hook) ?? 0n) + 1n);
  }
}
