export {
  anyOf,
  BackupAndRestore,
  type BackupOptions,
  type Callback,
  type CheckpointStore,
  type Data,
  type DataDescriptor,
  type DataSource,
  EarlyStopping,
  type EarlyStoppingOptions,
  everyEpochs,
  everySeconds,
  everySteps,
  History,
  isRepriseError,
  keyedRandom,
  type KeyedRandom,
  type Logs,
  memory,
  type Position,
  type RandomStream,
  RepriseError,
  type RepriseErrorCode,
  type SaveFrequency,
  type SavePolicy,
  sequentialBatches,
  shuffledBatches,
  type StateDict,
  TerminateOnNaN,
  Training,
  type TrainingControl,
  type TrainingEnd,
  type TrainingEvent,
  type TrainingOptions,
  type TrainingState,
  withMathRandom,
} from "@reprise/core";

export type { Epoch, PhaseOptions } from "./epoch.ts";
export type { Batch, PhaseLoop } from "./phase-loop.ts";
export type { Run } from "./run.ts";
export type { Step } from "./step-loop.ts";
export { train, type TrainOptions } from "./train.ts";
