export { type Difference, firstDifference } from "./bits/first-difference.ts";
export { presenceContract, type PresenceContract } from "./store/presence-contract.ts";
export type { StoreUnderTest } from "./store/promise-kit.ts";
export { storeContract, type StoreContract } from "./store/store-contract.ts";
export type { KillPoint } from "./process/kill-point.ts";
export { randomKills } from "./process/random-kills.ts";
export { runScript, type ScriptOptions, type ScriptResult } from "./process/run-script.ts";
export { type Attempt, survive, type Survival, type SurviveOptions } from "./process/survive.ts";
