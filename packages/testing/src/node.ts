export { CrashFs, type CrashFsOptions } from "./crash-fs/crash-fs.ts";
export { CrashFsPromises } from "./crash-fs/crash-fs-promises.ts";
export { DiskImage, type DiskNode } from "./power-loss/disk-image.ts";
export { type DiskOperation, describeOperation } from "./power-loss/disk-operation.ts";
export { materialise, readImage } from "./crash-fs/image-on-disk.ts";
export { onCrashFs } from "./store-crashes/on-crash-fs.ts";
export {
  type CrashModel,
  crashModels,
  type CrashState,
  powerLosses,
  powerLossesAtEnd,
  type PowerLossOptions,
} from "./power-loss/power-losses.ts";
export {
  storeCrashContract,
  storeFaultContract,
  type StoreOnCrashFs,
} from "./store-crashes/store-crash-contract.ts";
export { type OpenStore, storeDirectory } from "./store-crashes/store-life.ts";
export type { KillPoint } from "./process/kill-point.ts";
export { randomKills } from "./process/random-kills.ts";
export { runScript, type ScriptOptions, type ScriptResult } from "./process/run-script.ts";
export { type Attempt, survive, type Survival, type SurviveOptions } from "./process/survive.ts";
export { type HeldStore, holderContract, type HolderContract } from "./store/holder-contract.ts";
