export { type Difference, firstDifference } from "./bits/first-difference.ts";
export { presenceContract, type PresenceContract } from "./store/presence-contract.ts";
export type { StoreUnderTest } from "./store/promise-kit.ts";
export { storeContract, type StoreContract } from "./store/store-contract.ts";
