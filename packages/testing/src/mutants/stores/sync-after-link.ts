import { leftOut, storeInSteps } from "./store-in-steps.ts";
import { linkTo, type StoreOnFiles } from "./store-on-files.ts";

/** Syncs the bytes only when they have their name: for a while, the name may be there without them. */
export const syncAfterLink: StoreOnFiles = storeInSteps({
  sync: leftOut,
  publish: async (files, from, to) => {
    await linkTo(files, from, to);
    const file = await files.open(to, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
});
