import { leftOut, storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Believes a disk that says it has written. */
export const noSizeCheck: StoreOnFiles = storeInSteps({ check: leftOut });
