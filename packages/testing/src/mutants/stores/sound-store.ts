import { storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Does everything right; each of the other stores leaves out or changes one step. */
export const soundStore: StoreOnFiles = storeInSteps();
