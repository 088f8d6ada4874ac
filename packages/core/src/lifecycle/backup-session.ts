import { letGo } from "../checkpoint/let-go.ts";
import { claim, complete, type Hold, requireHeld } from "../checkpoint/protocol.ts";
import { recover, type RecoveredCheckpoint } from "../checkpoint/recover.ts";
import { type Saver, saverTo } from "../checkpoint/saver.ts";
import { CheckpointWriter } from "../checkpoint/writer.ts";
import { draftOf, readReferences } from "../codec/draft.ts";
import { environment } from "../environment.ts";
import { isRepriseError, type RepriseError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { auto } from "../policy/save-frequency.ts";
import type { SaveContext, SaveCosts, SavePoint, SavePolicy } from "../policy/save-policy.ts";
import { describePosition, type Position } from "../position/position.ts";
import type { Born } from "../snapshot/born.ts";
import type { Captured } from "../snapshot/capture.ts";
import { type Snapshot, SnapshotPool } from "../snapshot/pool.ts";
import type { BackupAndRestore } from "./backup-and-restore.ts";
import type { ResolvedBackupOptions } from "./backup-options.ts";
import { breathe } from "./breath.ts";
import type { TrainingEnd } from "./end.ts";
import type { Save, SaveRequest } from "./save.ts";
import { notChanged, replaced, saved, saveFailure } from "./save-events.ts";

/** How far the training is: of a {@link Position}, what is looked at after every batch. */
type Reached = Pick<Position, "step" | "epoch">;

/** Milliseconds after which a save that failed is tried again, whatever the policy says. */
const retryAfterMs = 1000;

/** A state of more tensors is drafted in the loop's next breath, and not while it stands still. */
const manyTensors = 1000;

/** One life of a run on its store: from the claim to the release, or to the completion. */
export class BackupSession {
  readonly options: ResolvedBackupOptions;
  readonly recovered: RecoveredCheckpoint | undefined;
  /** What the run was born with, as its saves say it. */
  born: Born = {};
  readonly #hold: Hold;
  readonly #ledger: Ledger | undefined;
  readonly #policy: SavePolicy;
  readonly #saver: Saver;
  readonly #pool: SnapshotPool;
  readonly #writer: CheckpointWriter = new CheckpointWriter();
  /** Called when a save in the background has failed the run. */
  readonly #onFailure: () => void;
  /** The newest save, or where this life began. */
  #last: SaveContext["last"] = { step: 0, epochs: 0, seconds: 0 };
  #protected: boolean;
  /** A snapshot that may still be on its way into the pool. */
  #open: Save | undefined;
  #costs: SaveCosts | undefined;
  #isReading = false;
  /** Whether the program says when it changes the state. */
  #isTold = false;
  /** Where the newest save that was asked for was taken, as {@link describePosition} has it. */
  #savedAt: string | undefined;
  #failedAt: number | undefined;
  #failure: RepriseError | undefined;

  private constructor(
    hold: Hold,
    options: ResolvedBackupOptions,
    recovered: RecoveredCheckpoint | undefined,
    ledger: Ledger | undefined,
    onFailure: () => void,
  ) {
    this.#hold = hold;
    this.options = options;
    this.recovered = recovered;
    this.#onFailure = onFailure;
    this.#ledger = ledger;
    this.#costs = ledger?.costs();
    const { store } = hold;
    const { frozen, policy, report } = options;
    this.#policy = (policy === auto && ledger?.auto) || policy;
    const { fence } = hold.lease;
    this.#saver =
      store.openSaver?.({ store, fence, frozen, report }) ?? saverTo(store, options, breathe);
    this.#pool = new SnapshotPool(this.#saver);
    this.#protected = recovered !== undefined;
    this.#savedAt = recovered && describePosition(recovered.metadata.position);
  }

  /** Claims the store and reads what there is to resume from. Holds nothing if that fails. */
  static async open(backup: BackupAndRestore, onFailure: () => void): Promise<BackupSession> {
    const { options, store } = backup;
    const hold = await claim(store, options);
    try {
      const recovered = await recover(hold, options);
      const from = recovered?.metadata.position.step ?? 0;
      const ledger = await store.openLedger?.(hold, { from });
      return new BackupSession(hold, options, recovered, ledger, onFailure);
    } catch (error) {
      await letGo(hold);
      throw error;
    }
  }

  /** Whether `onCompleted` has resolved for the checkpoint that this life resumed from or saved last. */
  get isFinished(): boolean {
    const { newest, lease } = this.#hold;
    const { finished } = lease;
    return (
      finished !== null && finished.fence === newest?.fence && finished.sequence === newest.sequence
    );
  }

  /** Whether the loop's own thread has a part in taking a snapshot to the store. */
  get isWriting(): boolean {
    return this.#writer.isBusy && (!this.#saver.isShared || this.#isReading);
  }

  /** Gets ready to save states of the size of `initial`, from `position` on at `now` (in ms). */
  prepare(initial: Captured, position: Position, now: number): void {
    this.#last = whenAt(position, now);
    this.#pool.prepare(initial);
  }

  isDue(point: SavePoint, { step, epoch: epochs }: Reached, now: number): boolean {
    if (this.#failedAt !== undefined && now - this.#failedAt >= retryAfterMs) return true;
    this.#saver.progress.step = step;
    return this.#policy.isDue({
      costs: this.#costs,
      point,
      step,
      epochs,
      seconds: now / 1000,
      last: this.#last,
    });
  }

  /** Whether the newest save that was asked for is one of `position`. */
  isSaved(position: Position): boolean {
    return this.#failedAt === undefined && this.#savedAt === describePosition(position);
  }

  /** The program is about to change the state: waits for what of it is still to be copied. */
  beforeUpdate(): void {
    this.#isTold = true;
    this.#seal();
  }

  /** Sees to a copy that was begun at an earlier boundary and that nobody has waited for since. */
  settleCopy({ step }: Reached): void {
    const open = this.#open;
    if (open?.request.position.step === step) this.#seal();
    if (!this.#open) return;
    this.#dropOpen();
    // What was copied may be of two steps: a copy of this one is due at once, and made at once.
    this.#isTold = false;
    this.#failedAt = -Infinity;
    const message = `step ${step} did not call beforeUpdate(): copied again`;
    this.options.report({ type: "copiedAgain", message });
  }

  /** Copies the state and hands it to the writer. Training may go on as soon as this returned. */
  save(request: SaveRequest, now: number): void {
    const { position, captured } = request;
    this.#failedAt = undefined;
    this.#savedAt = describePosition(position);
    this.#last = whenAt(position, now);
    const save = { snapshot: this.#take(captured, position), request, begun: now, stall: 0 };
    this.#open = save;
    if (!save.snapshot.finish) this.#seal();
    save.stall += environment.performance.now() - now;
  }

  /** At a boundary: resolves when every save that was asked for is durable or has failed. */
  async drain(): Promise<void> {
    this.#seal();
    await this.#writer.drain();
  }

  /** Throws the error of a save that failed the run, once it is known. */
  throwFailure(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Rejects with `SUPERSEDED` when a newer run holds the store. */
  async requireHeld(): Promise<void> {
    await requireHeld(this.#hold);
  }

  async complete(end: TrainingEnd, position: Position): Promise<void> {
    await this.#close(end, position);
    await complete(this.#hold, { keep: !this.options.deleteCheckpoint });
  }

  /** Lets the next start have the run, wherever it is left: not all may be copied of what it was. */
  async release(end: TrainingEnd, position: Position): Promise<void> {
    this.#dropOpen();
    await this.#writer.drain();
    await this.#close(end, position);
    await letGo(this.#hold);
  }

  async #close(end: TrainingEnd, { step }: Position): Promise<void> {
    await this.#saver.close();
    this.#hold.farewell = async () => this.#ledger?.ended(end, step);
  }

  /** Hands a snapshot over to the writer once all of it is copied. */
  #seal(): void {
    if (!this.#open) return;
    const save = this.#open;
    const { snapshot } = save;
    this.#open = undefined;
    const now = environment.performance.now();
    snapshot.finish?.();
    save.stall += environment.performance.now() - now;
    this.#writer.submit({ snapshot, write: () => this.#write(save) });
  }

  #dropOpen(): void {
    // Whoever still copies must not do so into what is of another snapshot by then.
    this.#open?.snapshot.finish?.();
    this.#open?.snapshot.release();
    this.#open = undefined;
  }

  #take(captured: Captured, position: Position): Snapshot {
    const taken = this.#pool.take(captured, this.#isTold);
    if (taken) return taken;
    // One buffer is being written, the other waits. The newest state wins.
    this.#writer.dropWaiting();
    this.#ledger?.superseded();
    this.options.report(replaced(position));
    return this.#pool.take(captured, this.#isTold) as Snapshot;
  }

  async #write(save: Save): Promise<void> {
    try {
      await this.#commit(save);
      this.#protected = true;
      // A save that failed while this one waited is made good by it.
      this.#failedAt = undefined;
    } catch (error) {
      this.#ledger?.failed();
      this.#reportFailure(error, save.request.position);
    }
  }

  async #commit(save: Save): Promise<void> {
    const { snapshot, request, begun } = save;
    let bytes = 0;
    const { position, end } = request;
    const { report, checksum, fingerprint, keepPrevious } = this.options;
    const hold = this.#hold;
    // What can be done at once is handed over before training goes on, however long its next step takes.
    const { leaves } = snapshot;
    if (!this.#saver.isShared || leaves.length > manyTensors) await breathe();
    this.#isReading = leaves.some(({ reference }) => reference);
    if (this.#isReading) await readReferences(snapshot);
    this.#isReading = false;
    const { unchanged } = await this.#saver.save(
      {
        lease: hold.lease,
        sequence: hold.nextSequence++,
        newest: hold.newest,
        keepPrevious,
        checksum,
        metadata: { position, fingerprint, born: this.born, end },
        draft: draftOf(snapshot),
      },
      (entry, length) => {
        hold.newest = entry;
        hold.nextSequence = entry.sequence + 1;
        bytes = length;
        report(saved(position, entry.name, bytes));
      },
    );
    await this.#ledger?.saved({
      step: position.step,
      stall: save.stall / 1000,
      write: (environment.performance.now() - begun) / 1000,
      bytes,
    });
    this.#costs = this.#ledger?.costsFor(this.#policy);
    if (unchanged.length > 0) report(notChanged(unchanged));
  }

  #reportFailure(cause: unknown, position: Position): void {
    if (isRepriseError(cause, "SUPERSEDED")) return this.#fail(cause);
    const error = saveFailure(position, cause);
    this.#failedAt = environment.performance.now();
    const message = `${error.message} It is tried again.`;
    if (this.#protected && this.options.onSaveError === "warn") {
      this.options.report({ type: "saveFailed", position, error, message });
      return;
    }
    this.#fail(error);
  }

  #fail(error: RepriseError): void {
    this.#failure ??= error;
    this.#onFailure();
  }
}

/** What a policy is told of a position that was reached at `now` (in ms). */
function whenAt({ step, epoch }: Position, now: number): SaveContext["last"] {
  return { step, epochs: epoch, seconds: now / 1000 };
}
