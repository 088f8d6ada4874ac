import { environment } from "../environment.ts";
import { isRepriseError, RepriseError } from "../errors.ts";
import type { SavePoint } from "../policy/save-policy.ts";
import type { Progress } from "../position/progress.ts";
import { capture, type Captured } from "../snapshot/capture.ts";
import { requireStateRoot } from "../snapshot/state-root.ts";
import type { BackupAndRestore } from "./backup-and-restore.ts";
import { BackupSession } from "./backup-session.ts";
import { breathe, breathMs, breathWhileWritingMs } from "./breath.ts";
import type { Logs } from "./callback.ts";
import type { CallbackList } from "./callback-list.ts";
import type { TrainingEnd } from "./end.ts";
import { printEvent, type Report } from "./event.ts";
import { resume } from "./resume.ts";

export interface LifetimeParts {
  readonly state: unknown;
  readonly callbacks: CallbackList;
  readonly backup: BackupAndRestore | undefined;
  readonly progress: Progress;
  readonly onCompleted: (() => unknown) | undefined;
}

/**
 * One life of a training: how it begins, what happens between two batches besides training (saves,
 * signals, stops), and the ways in which it ends.
 */
export class Lifetime {
  readonly #parts: LifetimeParts;
  #session: BackupSession | undefined;
  #unwatch: () => void = () => {};
  #running = false;
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
    return this.#session?.options.report ?? this.#parts.backup?.options.report ?? printEvent;
  }

  /** Claim, recover and verify, plan, `onTrainBegin`, load: in this order. */
  async begin(): Promise<void> {
    const { backup, state } = this.#parts;
    requireStateRoot(state);
    const initial = this.#capture({ strict: true });
    if (backup) {
      this.#session = await BackupSession.open(backup, () => {
        this.#attention = true;
      });
    }
    this.#running = true;
    try {
      await resume(this.#session, initial, this.#parts);
    } catch (error) {
      return this.leaveFailed(error);
    }
    this.#breathedAt = environment.performance.now();
    this.#session?.prepare(initial, this.#breathedAt);
    const watcher = this.#session?.options.preemption;
    if (watcher === undefined) return;
    this.#unwatch = watcher.watch((reason) => {
      this.#preemption ??= reason;
      this.#attention = true;
    });
  }

  /** A consistent moment between two batches or epochs. Returns a promise only if it must be waited for. */
  boundary(point: SavePoint): Promise<void> | undefined {
    if (this.#attention) return this.#settle();
    const now = environment.performance.now();
    const session = this.#session;
    if (session?.isDue(point, this.#parts.progress.position, now)) {
      try {
        this.#save(session, now);
      } catch (error) {
        return this.leaveFailed(error);
      }
      if (session.options.sync) return this.#saved(session);
    }
    const pause = session?.isWriting ? breathWhileWritingMs : breathMs;
    return now - this.#breathedAt < pause ? undefined : this.#breathe();
  }

  stop(reason: string): void {
    this.#stop ??= reason;
    this.#attention = true;
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#attention = true;
  }

  /** Ends this life: training is complete, or was stopped. */
  async end(lastLogs: Logs): Promise<TrainingEnd> {
    if (this.#end) return this.#end;
    const { progress } = this.#parts;
    if (this.#attention) await this.#settle();
    const isOpen = progress.begun || progress.current?.done === false;
    if (this.#stop !== undefined && (isOpen || progress.completed === undefined)) {
      return this.leave({ kind: "stopped", reason: this.#stop });
    }
    try {
      await this.#complete(lastLogs);
    } catch (error) {
      return this.leaveFailed(error);
    }
    this.#running = false;
    this.#unwatch();
    this.#end = { kind: "completed", reason: progress.completed ?? "all epochs are done" };
    return this.#end;
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
      await this.#session?.drain();
      await this.#session?.release();
    }
    return end;
  }

  /** Ends this life because of `error`, and rejects with it. */
  async leaveFailed(error: unknown): Promise<never> {
    try {
      await this.leave({ kind: "failed", reason: messageOf(error) });
    } catch (hookError) {
      const message = `onTrainInterrupted of a callback failed as well: ${messageOf(hookError)}`;
      this.report({ type: "callbackFailed", error: hookError, message });
    }
    throw error;
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
    if (this.#preemption !== undefined) await this.#preempt(this.#preemption);
  }

  async #preempt(reason: string): Promise<void> {
    const options = this.#session?.options;
    const message = `${reason}: saved, to be resumed by the next start`;
    this.report({ type: "preempted", reason, message });
    await this.leave({ kind: "preempted", reason });
    if (options?.onPreemption === "exit") await options.preemption?.exit?.(75);
    throw new RepriseError(
      "PREEMPTED",
      `${reason}: the training was saved. Start it again to go on.`,
      {
        details: { reason },
      },
    );
  }

  async #complete(lastLogs: Logs): Promise<void> {
    const { callbacks, onCompleted, progress } = this.#parts;
    const session = this.#session;
    if (!session) {
      await callbacks.trainEnd(lastLogs);
      await onCompleted?.();
      return;
    }
    await session.drain();
    session.throwFailure();
    await session.requireHeld();
    await callbacks.trainEnd(lastLogs);
    const isFinished = session.isFinished && session.isSaved(progress.position);
    if (!isFinished) {
      if (!session.options.deleteCheckpoint) {
        this.#save(session, environment.performance.now());
        await this.#saved(session);
      }
      await onCompleted?.();
    }
    const isKept = !session.options.deleteCheckpoint;
    // Kept, but the last save failed: what is kept is not the end, so the next start goes on.
    if (isKept && !session.isSaved(progress.position)) await session.release();
    else await session.complete();
  }

  async #saveNow(session: BackupSession): Promise<void> {
    if (!session.isSaved(this.#parts.progress.position)) {
      this.#save(session, environment.performance.now());
    }
    await this.#saved(session);
  }

  async #saved(session: BackupSession): Promise<void> {
    await session.drain();
    session.throwFailure();
  }

  #save(session: BackupSession, now: number): void {
    const { progress } = this.#parts;
    const request = {
      position: progress.position,
      captured: this.#capture({ strict: false }),
      end: progress.completed ?? null,
    };
    session.save(request, now);
  }

  #capture(options: { readonly strict: boolean }): Captured {
    const { state, callbacks, progress } = this.#parts;
    const roots = { state, callbacks: callbacks.stateDicts(), progress: progress.save() };
    return capture(roots, options);
  }

  async #breathe(): Promise<void> {
    await breathe();
    this.#breathedAt = environment.performance.now();
    if (this.#attention) await this.#settle();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error || isRepriseError(error) ? error.message : String(error);
}
