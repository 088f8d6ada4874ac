export {
  anyOf,
  BackupAndRestore,
  type BackupOptions,
  type Callback,
  type CheckpointStore,
  everyEpochs,
  everySeconds,
  everySteps,
  History,
  isRepriseError,
  type LedgerAttempt,
  type LedgerContents,
  type LedgerSave,
  type Logs,
  memory,
  type Position,
  readLedger,
  RepriseError,
  type RepriseErrorCode,
  type SaveFrequency,
  type SavePolicy,
  type StateDict,
  TerminateOnNaN,
  type TrainingEvent,
  type TrainingState,
  youngDaly,
  type YoungDalyOptions,
} from "@reprise/core";

export { modelState } from "./states/model-state.ts";
export { optimizerState } from "./states/optimizer-state.ts";
export { variablesState, type VariableTree } from "./states/variables-state.ts";
export { fit } from "./fit/fit.ts";
export type { FitArgs } from "./fit/fit-args.ts";
export type { FitCallback } from "./fit/tfjs-callbacks.ts";
export type { ReliableArgs } from "./fit/training-of.ts";
export { fitDataset } from "./dataset/fit-dataset.ts";
export type { FitDatasetArgs } from "./dataset/dataset-args.ts";
export type { Dataset, DatasetIterator, MakeDataset } from "./dataset/dataset.ts";
