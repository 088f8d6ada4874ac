import { expected, messageOf, RepriseError } from "../errors.ts";
import { isObject } from "../is-object.ts";
import { addToMeans, meansOf } from "../position/batch-means.ts";
import type { Position } from "../position/position.ts";
import { type PhaseProgress, Progress, type Purpose } from "../position/progress.ts";
import { type BackupAndRestore, separateBackup } from "./backup-and-restore.ts";
import type { Callback, TrainingControl } from "./callback.ts";
import type { Logs } from "../position/logs.ts";
import { CallbackList } from "./callback-list.ts";
import type { TrainingEnd } from "./end.ts";
import type { PhaseCheck } from "./same-data.ts";
import { Lifetime } from "./lifetime.ts";

/** What a training is made of. */
export interface TrainingOptions {
  /**
   * Everything that training changes, by name: typed arrays, plain objects, objects with
   * `stateDict`/`loadStateDict`, or `{ get, set }` for what is reassigned.
   */
  readonly state: unknown;
  /** In the order in which their hooks are called; a `BackupAndRestore` is always last. */
  readonly callbacks?: readonly Callback[];
  /** Called when training is complete; the checkpoint is deleted only after this resolved. */
  readonly onCompleted?: () => unknown;
}

/**
 * The life cycle of a training, driven by hand, for loops that cannot be turned inside out, such as
 * a worker's `onmessage`: `begin`, then `batchEnd` after every batch, `epochEnd` after every epoch,
 * `end` when all is done, and `fail` when something was thrown. `train()` is a layer over this.
 *
 * A method called out of order throws or rejects with `OUT_OF_ORDER`.
 */
export class Training {
  /** What callbacks are given: requests that take effect at the next boundary. */
  readonly control: TrainingControl;
  /** The backup among the callbacks, if there is one. */
  readonly backup: BackupAndRestore | undefined;
  readonly #callbacks: CallbackList;
  readonly #progress: Progress = new Progress();
  readonly #life: Lifetime;
  #hasBegun = false;
  #isBatchBegun = false;

  constructor(options: TrainingOptions) {
    requireOptions(options);
    const { backup, others } = separateBackup(options.callbacks ?? []);
    this.backup = backup;
    this.control = this.#makeControl(options.state);
    this.#callbacks = new CallbackList(others, this.control);
    this.#life = new Lifetime({
      state: options.state,
      callbacks: this.#callbacks,
      backup,
      progress: this.#progress,
      onCompleted: options.onCompleted,
    });
  }

  /** What is to be run next. */
  get position(): Position {
    return this.#progress.position;
  }

  /** Whether `begin` found a checkpoint to go on from. */
  get resumed(): boolean {
    return this.#life.resumed;
  }

  /** Whether this life has begun and not ended. */
  get isRunning(): boolean {
    return this.#life.isRunning;
  }

  /**
   * Why the loop should be left; `undefined` while there is more to run. `completed` may stand here
   * before the epoch is over: it should still be ended with `epochEnd`.
   */
  get ending(): TrainingEnd | undefined {
    return this.#life.ending;
  }

  /** What the epoch has logged and added up so far. For layers over this class. */
  get progress(): Progress {
    return this.#progress;
  }

  /**
   * Claims the store, reads and verifies the newest checkpoint, calls `onTrainBegin` and loads the
   * state. Resolves to the position to go on from. Rejects, with nothing loaded, when the store is
   * held by another run or the checkpoint cannot be read or does not fit.
   */
  async begin(): Promise<Position> {
    if (this.#hasBegun) throw new RepriseError("OUT_OF_ORDER", "begin() is called once.");
    this.#hasBegun = true;
    await this.#life.begin();
    return this.position;
  }

  /** Begins the epoch, unless it has begun. `batchEnd` and `epochEnd` do so on their own. */
  async epochBegin(): Promise<void> {
    this.#requireRunning("epochBegin()");
    if (this.#progress.begun) return;
    this.#progress.begun = true;
    await this.#orFail(() => this.#callbacks.call("onEpochBegin", this.#progress.epoch, {}));
  }

  /**
   * Enters a loop over data within the epoch, or the one that an interruption left. A `check` such as
   * `sameData(descriptor)` fails the run if it throws. For layers over this class.
   */
  async enterPhase(name: string, purpose: Purpose, check?: PhaseCheck): Promise<PhaseProgress> {
    this.#requireRunning("enterPhase()");
    const phase = this.#progress.enter(name, purpose);
    if (check) await this.#orFail(() => check(this.#progress, phase, this.#life.report));
    await this.#life.boundary("batch");
    return phase;
  }

  /** Notes that the current phase has come to its end. */
  leavePhase(): void {
    if (this.#progress.current) this.#progress.current.done = true;
  }

  /** Begins a batch. `batchEnd` does so on its own. */
  batchBegin(): Promise<void> | undefined {
    this.#requireRunning("batchBegin()");
    const phase = this.#progress.current;
    if (!isTraining(phase)) return this.#enterBatches().then(() => this.batchBegin());
    this.#isBatchBegun = true;
    return this.#orFail(() => this.#callbacks.callBatch("onBatchBegin", phase.batch, {}));
  }

  /**
   * Counts a training batch, calls `onBatchEnd`, and saves if a save is due. Returns a promise only
   * if there is something to wait for; it rejects when the run has failed.
   */
  batchEnd(logs: Logs = {}): Promise<void> | undefined {
    this.#requireRunning("batchEnd()");
    const phase = this.#progress.current;
    if (!isTraining(phase)) return this.#enterBatches().then(() => this.batchEnd(logs));
    if (!this.#isBatchBegun) {
      const begun = this.batchBegin();
      if (begun) return begun.then(() => this.batchEnd(logs));
    }
    const hooks = this.#countBatch(phase, logs);
    return hooks ? hooks.then(() => this.#life.boundary("batch")) : this.#life.boundary("batch");
  }

  /**
   * Says that the state is about to be changed, in every step: then a save that is due copies the arrays
   * in shared memory (`sharedFloat32Array`) in another thread while the loop computes gradients, and this
   * waits only for what is not copied yet. Optional; what a step changes before it calls this may be saved.
   */
  beforeUpdate(): void {
    this.#life.beforeUpdate();
  }

  /** Counts a batch in the middle of which its loop was left. Nothing is saved. */
  async batchLeft(logs: Logs): Promise<void> {
    this.#requireRunning("batchLeft()");
    const phase = this.#progress.current;
    if (phase) await this.#countBatch(phase, logs);
    this.leavePhase();
  }

  /**
   * Counts a batch of validation; its means are logged as `val_…`. A preemption or a save can happen
   * here.
   */
  validation(logs: Logs = {}): Promise<void> | undefined {
    this.#requireRunning("validation()");
    let phase = this.#progress.current;
    if (phase?.purpose !== "validation" || phase.done) {
      this.leavePhase();
      phase = this.#progress.enter("validation", "validation");
    }
    addToMeans(this.#progress.means, logs, "val_");
    phase.batch++;
    return this.#life.boundary("batch");
  }

  /**
   * Ends the epoch: calls `onEpochEnd` with the means of what its batches logged and with `logs`,
   * and saves if a save is due.
   */
  async epochEnd(logs: Logs = {}): Promise<void> {
    await this.epochBegin();
    const progress = this.#progress;
    const all = { ...meansOf(progress.means), ...progress.logs, ...logs };
    progress.lastLogs = all;
    await this.#orFail(() => this.#callbacks.call("onEpochEnd", progress.epoch, all));
    progress.nextEpoch();
    await this.#life.boundary("epoch");
  }

  /**
   * Ends this life: completes the training (`onTrainEnd`, `onCompleted`, then the checkpoint is
   * deleted), or, after `stop`, keeps it to be resumed. Resolves to how it ended.
   */
  async end(): Promise<TrainingEnd> {
    if (!this.#life.isRunning && this.#life.ending) return this.#life.ending;
    this.#requireRunning("end()");
    return this.#life.end(this.#progress.lastLogs);
  }

  /** Ends this life at the next boundary, after a save; the next start goes on from there. */
  stop(reason = "by the program"): void {
    this.#life.stop(reason);
  }

  /** Ends the training for good when the epoch is over, as though all epochs were done. */
  complete(reason = "by the program"): void {
    this.#progress.completed ??= reason;
  }

  /**
   * Ends this life because of `error`: what was saved stays, nothing more is saved, the store is let
   * go. For the `catch` around a loop driven by hand; a callback uses `training.fail` of its hook.
   */
  async fail(error: unknown): Promise<void> {
    if (!this.#life.isRunning) return;
    await this.#life.leaveAnyway({ kind: "failed", reason: messageOf(error) });
  }

  /** Ends this life without a save: its loop was left in the middle of a batch or an epoch. */
  async interrupt(): Promise<void> {
    if (!this.#life.isRunning) return;
    const { ending } = this.#life;
    const isStop = ending?.kind === "stopped";
    const left = { kind: "interrupted", reason: "the loop was left" } as const;
    // What was thrown in the loop, if anything, must not be hidden.
    await this.#life.leaveAnyway(isStop ? ending : left);
  }

  #makeControl(state: unknown): TrainingControl {
    const position = (): Position => this.position;
    return {
      get position() {
        return position();
      },
      stop: (reason) => this.stop(reason),
      complete: (reason) => this.complete(reason),
      fail: (error) => this.#life.fail(error),
      state,
    };
  }

  async #enterBatches(): Promise<void> {
    await this.epochBegin();
    this.leavePhase();
    this.#progress.enter("batches", "training");
  }

  #countBatch(phase: PhaseProgress, logs: Logs): Promise<void> | undefined {
    const batch = phase.batch++;
    this.#progress.step++;
    addToMeans(this.#progress.means, logs, "");
    this.#isBatchBegun = false;
    return this.#orFail(() => this.#callbacks.callBatch("onBatchEnd", batch, logs));
  }

  #orFail(act: () => Promise<void> | void): Promise<void> | undefined {
    const fail = (error: unknown): Promise<never> => this.#life.leaveFailed(error);
    try {
      return act()?.catch(fail) ?? undefined;
    } catch (error) {
      return fail(error);
    }
  }

  #requireRunning(method: string): void {
    if (this.#life.isRunning) return;
    const ended = this.#hasBegun ? this.#life.ending : undefined;
    throw new RepriseError(
      "OUT_OF_ORDER",
      `${method} expects a running training. This one has ${ended?.kind ?? "not begun: await begin()"}.`,
    );
  }
}

function isTraining(phase: PhaseProgress | undefined): phase is PhaseProgress {
  return phase?.purpose === "training" && !phase.done;
}

function requireOptions(options: unknown): void {
  if (isObject(options) && "state" in options) return;
  throw expected("the options of a training", "{ state: { weights, … } }", options);
}
