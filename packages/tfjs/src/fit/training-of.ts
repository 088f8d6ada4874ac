import {
  type Callback,
  RepriseError,
  type StateDict,
  Training,
  type TrainingState,
} from "@reprise/core";
import { History, type LayersModel, type ModelFitArgs } from "@tensorflow/tfjs-layers";
import { reasonBehind, requireDeviceInUse } from "../states/backend-in-use.ts";
import { modelState } from "../states/model-state.ts";
import { optimizerState } from "../states/optimizer-state.ts";
import { HistoryRecorder } from "./history.ts";
import { disposeLogs, type LogsInFlight, type UnresolvedLogs } from "./logs.ts";
import { loadedLogs, Meter, savedLogs } from "./meter.ts";
import type { TrainableModel } from "./seams.ts";
import { registeredCallbacks } from "./registered-callbacks.ts";
import { StepRandom } from "./step-random.ts";
import { type FitCallback, FitCallbacks, type FitParams } from "./tfjs-callbacks.ts";

/** What `fit` and `fitDataset` take besides the arguments of tfjs. */
export interface ReliableArgs {
  /**
   * In the order in which their hooks are called: objects, instances of `tf.Callback` and callbacks of
   * Reprise, in any mix. A `BackupAndRestore` is always last.
   */
  readonly callbacks?: FitCallback | readonly FitCallback[];
  /**
   * The seed of everything random in training: the order of samples, dropout, noise.
   * @default drawn, and saved with the checkpoint
   */
  readonly seed?: number;
  /** Called when training is complete; the checkpoint is deleted only after this resolved. */
  readonly onCompleted?: () => unknown;
}

/** What a {@link FitRun} is made of. */
export interface FitRunParts extends ReliableArgs {
  readonly model: LayersModel;
  readonly trainable: TrainableModel;
  readonly yieldEvery: ModelFitArgs["yieldEvery"];
  /** @default 1, as in tfjs */
  readonly verbose?: number;
  readonly initialEpoch: number;
  /** How far data has been read that cannot be entered anywhere. */
  readonly data?: Readonly<Record<string, TrainingState>>;
}

/**
 * One training of a model of tfjs: core's `Training` with tfjs's callbacks, logs and history. A driver
 * calls `begin`, then for every epoch `epochBegin`, for every batch `batchBegin` and `batchEnd`, and
 * `epochEnd`, then `end`; `fail` when something was thrown, and `dispose` in any case.
 */
export class FitRun {
  readonly training: Training;
  readonly history: History = new History();
  readonly random: StepRandom;
  /** What the driver logs. `batch` is made anew for each batch, `epoch` for each epoch. */
  readonly logs: LogsInFlight = { batch: {}, epoch: {} };
  readonly #trainable: TrainableModel;
  readonly #callbacks: FitCallbacks;
  readonly #meter: Meter;
  readonly #initialEpoch: number;
  #unsaved: Set<string> = new Set();
  /** Whether a callback of an earlier life has stopped training. */
  #wasStopped = false;

  constructor(parts: FitRunParts) {
    const { model, trainable, yieldEvery } = parts;
    this.#trainable = trainable;
    this.#initialEpoch = parts.initialEpoch;
    this.random = new StepRandom(parts.seed);
    this.#meter = new Meter(this.logs);
    this.#callbacks = new FitCallbacks(parts.callbacks, {
      logs: this.logs,
      yieldEvery,
      registered: registeredCallbacks(trainable, parts.verbose ?? 1),
      reportUnsaved: (path) => this.#reportUnsaved(path),
    });
    const recorder = new HistoryRecorder(this.history, this.logs);
    const inProgress = this.#inProgress(parts.seed !== undefined);
    this.training = new Training({
      state: {
        model: modelState(model),
        optimizer: optimizerState(trainable.optimizer),
        ...(parts.data ? { data: parts.data } : {}),
      },
      callbacks: [this.#meter, ...this.#callbacks.list, recorder, inProgress],
      ...(parts.onCompleted ? { onCompleted: parts.onCompleted } : {}),
    });
    this.training.progress.epoch = parts.initialEpoch;
  }

  /** Begins or resumes. `params.metrics` names the means that are logged at the end of an epoch. */
  async begin(params: FitParams): Promise<void> {
    this.#meter.measure(params["metrics"] as string[]);
    this.#callbacks.attach(this.#trainable as unknown as LayersModel, params);
    this.#trainable.history = this.history;
    const { epoch } = await this.training.begin();
    this.#requireReached(epoch);
    this.#trainable.stopTraining = this.#wasStopped;
    if (this.training.progress.begun) this.#callbacks.resumeIn(epoch);
  }

  /** Whether there is an epoch to go on with, of `epochs` in all. One that has begun is to be ended. */
  hasEpoch(epochs: number): boolean {
    const { isRunning, ending, progress } = this.training;
    if (!isRunning || ending?.kind === "stopped") return false;
    if (progress.begun) return true;
    return ending === undefined && !this.#trainable.stopTraining && progress.epoch < epochs;
  }

  /**
   * Whether the loop over batches is to be left behind `batch` of them. tfjs looks at `stopTraining`
   * behind a batch only: an epoch that begins with it set has one.
   */
  isToLeave(batch: number): boolean {
    return (batch > 0 && this.#trainable.stopTraining) || this.training.ending !== undefined;
  }

  /** Whether to leave without ending the epoch: a later life goes on with it. */
  get isInterrupted(): boolean {
    return this.training.ending?.kind === "stopped";
  }

  /** Begins a batch. `logs` is what its callbacks are told at its beginning. */
  async batchBegin(logs: UnresolvedLogs = {}): Promise<void> {
    this.logs.batch = logs;
    await this.training.batchBegin();
  }

  /**
   * Counts a batch, whose logs are in {@link logs}, and disposes them. Rejects with `DEVICE_LOST` for one
   * that was computed on a GPU that is known to be lost.
   */
  async batchEnd(): Promise<void> {
    requireDeviceInUse("A step could not be computed");
    await this.training.batchEnd();
    disposeLogs(this.logs.batch);
  }

  /** Completes the training, unless a later life is to go on with it. */
  async end(): Promise<History> {
    await this.training.end();
    return this.history;
  }

  /** Fails the training because of `error`, or of the loss of the device that is behind it. */
  async fail(error: unknown): Promise<never> {
    const reason = await reasonBehind(error);
    await this.training.fail(reason);
    throw reason;
  }

  /** Gives back the tensors of an epoch or batch that was left in its middle. */
  dispose(): void {
    this.#meter.dispose();
    disposeLogs(this.logs.batch);
    disposeLogs(this.logs.epoch);
  }

  /** What else must survive an interruption. Stands behind all callbacks that may have a say in it. */
  #inProgress(isSeedGiven: boolean): Callback {
    return {
      key: "tfjs:in-progress",
      onEpochEnd: (_epoch, _logs, training) => {
        if (this.#trainable.stopTraining) training.complete("model.stopTraining was set");
      },
      stateDict: (): StateDict => ({
        seed: this.random.seed,
        stopTraining: this.#trainable.stopTraining,
        epochLogs: savedLogs(this.logs.epoch),
      }),
      loadStateDict: (saved: StateDict): void => {
        if (!isSeedGiven) this.random.seed = saved["seed"] as number;
        this.#wasStopped = saved["stopTraining"] as boolean;
        this.logs.epoch = loadedLogs(saved["epochLogs"]);
      },
    };
  }

  #requireReached(epoch: number): void {
    if (epoch >= this.#initialEpoch) return;
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected initialEpoch to be at most ${epoch}, the epoch of the checkpoint, found ${this.#initialEpoch}. Leave it as ` +
        `it was when training began: a resume goes on from the checkpoint by itself.`,
      { details: { initialEpoch: this.#initialEpoch, epoch } },
    );
  }

  #reportUnsaved(path: string): void {
    if (this.#unsaved.has(path)) return;
    this.#unsaved.add(path);
    const message =
      `${path} has changed and cannot be saved: a resume begins it anew. Give the callback ` +
      `stateDict() and loadStateDict().`;
    this.training.backup?.options.report({ type: "unsavedState", paths: [path], message });
  }
}
