export {
  isRepriseError,
  RepriseError,
  type RepriseErrorCode,
  repriseErrorCodes,
  show,
} from "./errors.ts";

export { BackupAndRestore } from "./lifecycle/backup-and-restore.ts";
export type { BackupOptions, Fingerprint, Migrate } from "./lifecycle/backup-options.ts";
export type { Callback, TrainingControl, TrainingStart } from "./lifecycle/callback.ts";
export type { Logs } from "./position/logs.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./lifecycle/early-stopping.ts";
export type { TrainingEnd } from "./lifecycle/end.ts";
export { printEvent, type Report, type TrainingEvent } from "./event.ts";
export { History } from "./lifecycle/history.ts";
export { copyState, restoreCopy } from "./lifecycle/state-copy.ts";
export { type PhaseCheck, sameData } from "./lifecycle/same-data.ts";
export { TerminateOnNaN } from "./lifecycle/terminate-on-nan.ts";
export { Training, type TrainingOptions } from "./lifecycle/training.ts";

export { anyOf } from "./policy/any-of.ts";
export { everyEpochs } from "./policy/every-epochs.ts";
export { everySeconds } from "./policy/every-seconds.ts";
export { everySteps } from "./policy/every-steps.ts";
export type { SaveFrequency } from "./policy/save-frequency.ts";
export type { SaveContext, SaveCosts, SavePoint, SavePolicy } from "./policy/save-policy.ts";
export { saveInterval, youngDaly, type YoungDalyOptions } from "./policy/young-daly.ts";

export type { Data, DataCursor, DataSource, DataStart } from "./position/data-source.ts";
export type { DataDescriptor } from "./position/descriptor.ts";
export { withMathRandom } from "./position/math-random.ts";
export type { Position } from "./position/position.ts";
export type { PhaseProgress, Progress, Purpose } from "./position/progress.ts";
export { keyedRandom, type KeyedRandom } from "./position/random.ts";
export type { RandomStream } from "./position/random-stream.ts";
export { sequentialBatches } from "./position/sequential-batches.ts";
export { shuffledBatches, type ShuffledBatchesOptions } from "./position/shuffled-batches.ts";
export { toDataSource } from "./position/to-data-source.ts";

export { type CheckpointFile, decodeCheckpoint, type DecodedCheckpoint } from "./codec/decode.ts";
export type { CheckpointMetadata } from "./codec/metadata.ts";

export type { DType } from "./snapshot/array-types.ts";
export { materialize } from "./snapshot/restore.ts";
export { sharedFloat32Array } from "./snapshot/shared-array.ts";
export type {
  ReassignedState,
  StateDict,
  StatePrimitive,
  StateValue,
  Tensor,
  TensorReference,
  TrainingState,
  TypedArray,
} from "./snapshot/training-state.ts";

export { liveRuns } from "./checkpoint/live-runs.ts";
export { drawNonce } from "./checkpoint/nonce.ts";
export { type EntryName, parseEntryName, temporaryName } from "./checkpoint/names.ts";
export {
  type OnAcknowledged,
  type Saver,
  type SaveOrder,
  type SaverOptions,
  type SaveReceipt,
  saverTo,
} from "./checkpoint/saver.ts";
export type { CopyLater, CopyPart } from "./snapshot/pool.ts";
export { openLedger } from "./ledger/ledger.ts";
export type { FoldedAttempts, LedgerAttempt, LedgerSave } from "./ledger/line.ts";
export { type LedgerContents, readLedger } from "./ledger/read-ledger.ts";
export { memory } from "./store/memory-store.ts";
export type { Preemption } from "./store/preemption.ts";
export type { Beat, Holder, Liveness, Presence } from "./store/presence.ts";
export type { ByteRange, CheckpointStore, StoreSupports } from "./store/store.ts";
