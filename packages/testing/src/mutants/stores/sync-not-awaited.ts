import { storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Starts the sync and does not wait for it. */
export const syncNotAwaited: StoreOnFiles = storeInSteps({
  sync: async (file) => {
    void file.sync().catch(() => undefined);
  },
});
