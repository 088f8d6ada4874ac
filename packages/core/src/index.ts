export {
  isRepriseError,
  RepriseError,
  type RepriseErrorCode,
  repriseErrorCodes,
} from "./errors.ts";
export type { ByteRange, CheckpointStore, StoreSupports } from "./store/store.ts";
export type { Holder, Liveness, Presence } from "./store/presence.ts";
export type { Preemption } from "./store/preemption.ts";
export { type EntryName, parseEntryName, temporaryName } from "./checkpoint/names.ts";
export { drawNonce } from "./checkpoint/nonce.ts";
