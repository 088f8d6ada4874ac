import { leftOut, storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Never syncs the name: after a loss of power there are bytes without it. */
export const noDirectorySync: StoreOnFiles = storeInSteps({ syncNames: leftOut });
