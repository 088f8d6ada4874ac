import { leftOut, storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Never syncs the bytes: after a loss of power there is a name without them. */
export const noSync: StoreOnFiles = storeInSteps({ sync: leftOut });
