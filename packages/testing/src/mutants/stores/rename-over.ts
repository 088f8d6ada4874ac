import { storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Gives a file its name by a rename, which replaces the file of another run. */
export const renameOver: StoreOnFiles = storeInSteps({
  publish: (files, from, to) => files.rename(from, to),
});
