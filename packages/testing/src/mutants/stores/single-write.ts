import { leftOut, storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

/** Takes for granted that one write takes all bytes. */
export const singleWrite: StoreOnFiles = storeInSteps({
  write: (file, bytes) => file.write(bytes),
  check: leftOut,
});
