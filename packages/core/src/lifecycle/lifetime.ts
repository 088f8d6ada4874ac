import { environment } from "../environment.ts";
import { messageOf, RepriseError } from "../errors.ts";
import type { SavePoint } from "../policy/save-policy.ts";
import type { Progress } from "../position/progress.ts";
import { capture, type Captured } from "../snapshot/capture.ts";
import { requireStateRoot } from "../snapshot/state-root.ts";
import type { BackupAndRestore } from "./backup-and-restore.ts";
import { BackupSession } from "./backup-session.ts";
import { breathe, breathMs, breathWhileWritingMs, writingShare } from "./breath.ts";
import type { Logs } from "../position/logs.ts";
import type { CallbackList } from "./callback-list.ts";
import type { TrainingEnd } from "./end.ts";
import { printEvent, type Report } from "../event.ts";
import { resume } from "./resume.ts";

export interface LifetimeParts {
  readonly state: unknown;
  readonly callbacks: CallbackList;
  readonly backup: BackupAndRestore | undefined;
  readonly progress: Progress;
  readonly onCompleted: (() => unknown) | undefined;
}

const allDone = "all epochs are done";

/**
 * One life of a training: how it begins, what happens between two batches besides training (saves,
 * signals, stops), and the ways in which it ends.
 */
export class Lifetime {
  readonly #parts: LifetimeParts;
  #session: BackupSession | undefined;
  #unwatch: () => void = () => {};
  #running = false;
  #ending: Promise<TrainingEnd> | undefined;
  #end: TrainingEnd | undefined;
  #breathedAt = 0;
  /** Something other than the next batch is to be seen to at the next boundary. */
  #attention = false;
  #stop: string | undefined;
  #preemption: string | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: LifetimeParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  get resumed(): boolean {
    return this.#session?.recovered !== undefined;
  }

  /** How this life has ended, or is about to. */
  get ending(): TrainingEnd | undefined {
    if (this.#end) return this.#end;
    if (this.#stop !== undefined) return { kind: "stopped", reason: this.#stop };
    const { completed } = this.#parts.progress;
    return completed === undefined ? undefined : { kind: "completed", reason: completed };
  }

  get report(): Report {
    return this.#parts.backup?.options.report ?? printEvent;
  }

  /** Claim, recover and verify, plan, `onTrainBegin`, load: in this order. */
  async begin(): Promise<void> {
    const { backup, state } = this.#parts;
    requireStateRoot(state);
    const initial = this.#capture(true);
    try {
      if (backup) {
        this.#session = await BackupSession.open(backup, () => {
          this.#attention = true;
        });
      }
      this.#running = true;
      await resume(this.#session, initial, this.#parts);
      this.#breathedAt = environment.performance.now();
      this.#session?.prepare(initial, this.#parts.progress.position, this.#breathedAt);
      const { preemption } = this.#session?.options ?? {};
      if (preemption) this.#unwatch = preemption.watch((reason) => this.#preempted(reason));
    } catch (error) {
      if (this.#running) await this.leaveFailed(error);
      throw error;
    } finally {
      initial.release();
    }
  }

  /** A consistent moment between two batches or epochs. Returns a promise only if it must be waited for. */
  boundary(point: SavePoint): Promise<void> | undefined {
    const session = this.#session;
    const { progress } = this.#parts;
    session?.settleCopy(progress);
    this.#preempted(session?.options.preemption?.poll?.(progress.position));
    if (this.#attention) return this.#settle();
    const now = environment.performance.now();
    try {
      if (session?.isDue(point, progress, now)) {
        this.#save(session, now);
        if (session.options.sync) return this.#durable(session);
      }
    } catch (error) {
      return this.leaveFailed(error);
    }
    const pause = session?.isWriting ? breathWhileWritingMs : breathMs;
    return now - this.#breathedAt < pause ? undefined : this.#breathe();
  }

  beforeUpdate(): void {
    this.#session?.beforeUpdate();
  }

  stop(reason: string): void {
    this.#stop ??= reason;
    this.#attention = true;
  }

  fail(error: unknown): void {
    const reason = "fail() was given no error.";
    this.#failure ??= { error: error ?? new RepriseError("TRAINING_FAILED", reason) };
    this.#attention = true;
  }

  /** Ends this life, once: training is complete, or was stopped. */
  end(lastLogs: Logs): Promise<TrainingEnd> {
    return (this.#ending ??= this.#endOnce(lastLogs));
  }

  async #endOnce(lastLogs: Logs): Promise<TrainingEnd> {
    const { progress } = this.#parts;
    if (this.#attention) await this.#settle();
    const isOpen = progress.begun || progress.current?.done === false;
    if (this.#stop !== undefined && (isOpen || progress.completed === undefined)) {
      return this.leave({ kind: "stopped", reason: this.#stop });
    }
    const end = { kind: "completed", reason: progress.completed ?? allDone } as const;
    try {
      await this.#complete(end, lastLogs);
    } catch (error) {
      return this.leaveFailed(error);
    }
    this.#running = false;
    this.#unwatch();
    return (this.#end = end);
  }

  /** Ends this life before training is complete; what is being written is written to its end. */
  async leave(end: TrainingEnd): Promise<TrainingEnd> {
    if (this.#end) return this.#end;
    this.#end = end;
    this.#running = false;
    this.#unwatch();
    try {
      await this.#parts.callbacks.trainInterrupted(end);
    } finally {
      await this.#session?.release(end, this.#parts.progress.position);
    }
    return end;
  }

  /** Ends this life because of `error`, and rejects with it. */
  async leaveFailed(error: unknown): Promise<never> {
    await this.leaveAnyway({ kind: "failed", reason: messageOf(error) });
    throw error;
  }

  /** Ends this life for a reason that must not be hidden by a callback that fails as well. */
  async leaveAnyway(end: TrainingEnd): Promise<void> {
    try {
      await this.leave(end);
    } catch (error) {
      const message = `onTrainInterrupted failed, too: ${messageOf(error)}`;
      this.report({ type: "callbackFailed", error, message });
    }
  }

  #preempted(reason: string | undefined): void {
    if (reason === undefined) return;
    this.#preemption ??= reason;
    this.#attention = true;
  }

  async #settle(): Promise<void> {
    if (this.#end) throw new RepriseError("OUT_OF_ORDER", `This training has ${this.#end.kind}.`);
    if (this.#failure) return this.leaveFailed(this.#failure.error);
    const session = this.#session;
    try {
      session?.throwFailure();
      if (session && (this.#stop !== undefined || this.#preemption !== undefined)) {
        await this.#saveNow(session);
      }
    } catch (error) {
      return this.leaveFailed(error);
    }
    if (session && this.#preemption !== undefined) await this.#preempt(session, this.#preemption);
  }

  async #preempt(session: BackupSession, reason: string): Promise<void> {
    const { onPreemption, preemption } = session.options;
    const saved = session.isSaved(this.#parts.progress.position);
    const message = saved
      ? `${reason}: saved; the next start goes on`
      : `${reason}: the save failed; the one before stays`;
    this.report({ type: "preempted", reason, message });
    await this.leaveAnyway({ kind: "preempted", reason });
    if (onPreemption === "exit") await preemption?.exit?.(75);
    throw new RepriseError("PREEMPTED", `${message}.`, {
      details: { reason, saved },
    });
  }

  async #complete(end: TrainingEnd, lastLogs: Logs): Promise<void> {
    const { callbacks, onCompleted, progress } = this.#parts;
    const { position } = progress;
    const session = this.#session;
    if (session) await this.#saved(session);
    await session?.requireHeld();
    const isFinished = session?.isFinished && session.isSaved(position);
    const isKept = session?.options.deleteCheckpoint === false;
    // Before `onTrainEnd`, which may change the state: a life that resumes from here calls it again,
    // and one that is given more epochs goes on as though it had been given them at once.
    if (isKept && !isFinished) await this.#saveNow(session);
    await callbacks.call("onTrainEnd", lastLogs);
    if (!isFinished) await onCompleted?.();
    // Kept, but the last save failed: what is kept is not the end, so the next start goes on.
    if (isKept && !session.isSaved(position)) await session.release(end, position);
    else await session?.complete(end, position);
  }

  async #saveNow(session: BackupSession): Promise<void> {
    if (!session.isSaved(this.#parts.progress.position)) {
      this.#save(session, environment.performance.now());
    }
    await this.#saved(session);
  }

  /** Waits for a save like {@link #saved}, and leaves if it has failed the run. */
  async #durable(session: BackupSession): Promise<void> {
    await session.drain();
    if (this.#attention) await this.#settle();
  }

  async #saved(session: BackupSession): Promise<void> {
    await session.drain();
    session.throwFailure();
  }

  #save(session: BackupSession, now: number): void {
    const { position, completed: end = null } = this.#parts.progress;
    session.save({ position, captured: this.#capture(false), end }, now);
  }

  #capture(strict: boolean): Captured {
    const { state, callbacks, progress } = this.#parts;
    const stateful = Object.fromEntries(callbacks.stateful);
    return capture({ state, callbacks: stateful, progress: progress.save() }, { strict });
  }

  async #breathe(): Promise<void> {
    const { performance } = environment;
    const start = performance.now();
    const end = start + (start - this.#breathedAt) * writingShare;
    // With batches of seconds, a save that got one breath at each would take minutes.
    do await breathe();
    while (this.#session?.isWriting && !this.#attention && performance.now() < end);
    this.#breathedAt = performance.now();
    if (this.#attention) await this.#settle();
  }
}
