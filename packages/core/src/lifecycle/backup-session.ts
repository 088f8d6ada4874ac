import {
  complete,
  commit,
  claim,
  type Hold,
  leftBehind,
  release,
  requireHeld,
} from "../checkpoint/protocol.ts";
import { recover, type RecoveredCheckpoint } from "../checkpoint/recover.ts";
import { CheckpointWriter } from "../checkpoint/writer.ts";
import { encodeCheckpoint } from "../codec/encode.ts";
import { environment } from "../environment.ts";
import { isRepriseError, messageOf, RepriseError } from "../errors.ts";
import type { SaveContext, SavePoint } from "../policy/save-policy.ts";
import { describePosition, type Position } from "../position/position.ts";
import type { Born } from "../snapshot/born.ts";
import type { Captured } from "../snapshot/capture.ts";
import { type Snapshot, SnapshotPool } from "../snapshot/pool.ts";
import { UnchangedTensors } from "../snapshot/unchanged.ts";
import type { BackupAndRestore } from "./backup-and-restore.ts";
import type { ResolvedBackupOptions } from "./backup-options.ts";
import { breathe } from "./breath.ts";

/** What a save is made of: a position and the state at that position. */
export interface SaveRequest {
  readonly position: Position;
  readonly captured: Captured;
  /** Why training is complete, if it is. */
  readonly end: string | null;
}

/** Milliseconds after which a save that failed is tried again, whatever the policy says. */
const retryAfterMs = 1000;

/** One life of a run on its store: from the claim to the release, or to the completion. */
export class BackupSession {
  readonly options: ResolvedBackupOptions;
  readonly recovered: RecoveredCheckpoint | undefined;
  /** What the run was born with, as its saves say it. */
  born: Born = {};
  readonly #hold: Hold;
  readonly #pool: SnapshotPool = new SnapshotPool();
  readonly #writer: CheckpointWriter = new CheckpointWriter();
  readonly #unchanged: UnchangedTensors;
  /** Called when a save in the background has failed the run. */
  readonly #onFailure: () => void;
  /** The newest save, or where this life began. */
  #last: SaveContext["last"] = { step: 0, epochs: 0, seconds: 0 };
  #protected: boolean;
  /** Where the newest save that was asked for was taken, as {@link describePosition} has it. */
  #savedAt: string | undefined;
  #failedAt: number | undefined;
  #failure: RepriseError | undefined;

  private constructor(
    hold: Hold,
    options: ResolvedBackupOptions,
    recovered: RecoveredCheckpoint | undefined,
    onFailure: () => void,
  ) {
    this.#hold = hold;
    this.options = options;
    this.recovered = recovered;
    this.#onFailure = onFailure;
    this.#unchanged = new UnchangedTensors(options.frozen);
    this.#protected = recovered !== undefined;
    this.#savedAt = recovered && describePosition(recovered.metadata.position);
  }

  /** Claims the store and reads what there is to resume from. Holds nothing if that fails. */
  static async open(backup: BackupAndRestore, onFailure: () => void): Promise<BackupSession> {
    const { options, store } = backup;
    const hold = await claim(store, options);
    try {
      return new BackupSession(hold, options, await recover(hold, options), onFailure);
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

  /** Whether a snapshot is on its way to the store. */
  get isWriting(): boolean {
    return this.#writer.isBusy;
  }

  /** Gets ready to save states of the size of `initial`, from `position` on at `now` (in ms). */
  prepare(initial: Captured, position: Position, now: number): void {
    this.#last = whenAt(position, now);
    this.#pool.reserve(initial.byteLength);
  }

  isDue(point: SavePoint, position: Position, now: number): boolean {
    if (this.#failedAt !== undefined && now - this.#failedAt >= retryAfterMs) return true;
    const { step, epoch: epochs } = position;
    return this.options.policy.isDue({
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

  /** Copies the state and hands it to the writer. Training may go on as soon as this returned. */
  save(request: SaveRequest, now: number): void {
    const { position, captured } = request;
    this.#failedAt = undefined;
    this.#savedAt = describePosition(position);
    this.#last = whenAt(position, now);
    const snapshot = this.#take(captured, position);
    this.#writer.submit({ snapshot, write: () => this.#write(snapshot, request) });
  }

  /** Resolves when every save that was asked for is durable or has failed. */
  async drain(): Promise<void> {
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

  async complete(): Promise<void> {
    await complete(this.#hold, { keep: !this.options.deleteCheckpoint });
  }

  /** Lets the next start have the run, once what is being written is written to its end. */
  async release(): Promise<void> {
    await this.drain();
    await letGo(this.#hold);
  }

  #take(captured: Captured, position: Position): Snapshot {
    const taken = this.#pool.take(captured);
    if (taken) return taken;
    // One buffer is being written, the other waits. The newest state wins.
    this.#writer.dropWaiting();
    const message = `a newer save, at ${describePosition(position)}, replaced one that waited`;
    this.options.report({ type: "saveSuperseded", position, message });
    return this.#pool.take(captured) as Snapshot;
  }

  async #write(snapshot: Snapshot, request: SaveRequest): Promise<void> {
    try {
      await this.#commit(snapshot, request);
      this.#protected = true;
      // A save that failed while this one waited is made good by it.
      this.#failedAt = undefined;
    } catch (error) {
      this.#reportFailure(error, request.position);
    }
  }

  async #commit(snapshot: Snapshot, { position, end }: SaveRequest): Promise<void> {
    const { report, checksum, fingerprint, keepPrevious } = this.options;
    const { run } = this.#hold.lease;
    const parent = this.#hold.newest;
    let checksums: ReadonlyMap<string, string> = new Map();
    let bytes = 0;
    await commit(
      this.#hold,
      async ({ fence, sequence }) => {
        const encoded = await encodeCheckpoint(
          snapshot,
          {
            position,
            lineage: {
              fence,
              sequence,
              run,
              parent: parent ? { fence: parent.fence, sequence: parent.sequence } : null,
            },
            fingerprint,
            born: this.born,
            end,
          },
          { checksum, pause: breathe },
        );
        checksums = encoded.checksums;
        bytes = encoded.byteLength;
        return encoded.chunks;
      },
      {
        keepPrevious,
        onAcknowledged: ({ name }) => {
          const message = `saved ${name} at ${describePosition(position)}`;
          report({ type: "saved", position, name, bytes, message });
        },
      },
    );
    const tensors = this.#unchanged.observe(position.step, checksums);
    if (tensors.length === 0) return;
    const message =
      `not changed since step 0: ${tensors.join(", ")}. Was it reassigned? ` +
      `{ frozen: ${JSON.stringify(tensors)} } silences this.`;
    report({ type: "unchanged", tensors, message });
  }

  #reportFailure(cause: unknown, position: Position): void {
    if (isRepriseError(cause, "SUPERSEDED")) return this.#fail(cause);
    const where = describePosition(position);
    const error = new RepriseError(
      "SAVE_FAILED",
      `The save at ${where} failed; the last good checkpoint is untouched. ${messageOf(cause)}`,
      { cause, details: { position } },
    );
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

/** Failing to release leaves a lease that a dead process held: no reason to fail, or to hide a failure. */
async function letGo(hold: Hold): Promise<void> {
  try {
    await release(hold);
  } catch (error) {
    if (!isRepriseError(error, "SUPERSEDED")) leftBehind(hold, "the lease", error);
  }
}
