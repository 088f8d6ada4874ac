import { storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Syncs again after a sync that failed, which succeeds although the bytes are lost. */
export const retriedSync: StoreOnFiles = storeInSteps({
  sync: (file) => file.sync().catch(() => file.sync()),
});
