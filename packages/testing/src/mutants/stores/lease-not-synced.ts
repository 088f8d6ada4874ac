import { storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Takes leases for too small to be worth a sync: an empty one stops every later start. */
export const leaseNotSynced: StoreOnFiles = storeInSteps({
  sync: async (file, name) => {
    if (!name.startsWith("lease-")) await file.sync();
  },
});
