import { drawNonce } from "@reprise/core";
import { storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Gives temporary files names that nobody knows for leftovers: each crash leaves one for ever. */
export const foreignTemporaryName: StoreOnFiles = storeInSteps({
  temporaryOf: () => `tmp-${drawNonce()}`,
});
