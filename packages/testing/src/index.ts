export { callbackContract, type CallbackContract } from "./callback/callback-contract.ts";
export type { CallbackUnderTest } from "./callback/one-life.ts";
export { type Difference, firstDifference } from "./bits/first-difference.ts";
export { checkDeterminism, type Determinism } from "./determinism/check-determinism.ts";
export type { UnkeyedUse } from "./determinism/uses.ts";
export { faulty, slow, type StoreCall } from "./store/decorators.ts";
export { everyInterruption, type ExplorationOptions } from "./explore/every-interruption.ts";
export { replay } from "./explore/replay.ts";
export type { Exploration, Failure } from "./explore/report.ts";
export { type Interruption, interruptAt, type Schedule } from "./explore/schedule.ts";
export { shrinkSchedule } from "./explore/shrink-schedule.ts";
export type { ResumableTraining, TrainingIo } from "./training/training.ts";
export { presenceContract, type PresenceContract } from "./store/presence-contract.ts";
export type { StoreUnderTest } from "./store/promise-kit.ts";
export { storeContract, type StoreContract } from "./store/store-contract.ts";
export type { TrainingStateUnderTest } from "./state/promise-kit.ts";
export {
  trainingStateContract,
  type TrainingStateContract,
} from "./state/training-state-contract.ts";
