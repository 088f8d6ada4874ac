import { isRepriseError } from "../errors.ts";
import { type Hold, leftBehind, release } from "./protocol.ts";

/** Failing to release leaves a lease that a dead process held: no reason to fail, or to hide a failure. */
export async function letGo(hold: Hold): Promise<void> {
  try {
    await release(hold);
  } catch (error) {
    if (!isRepriseError(error, "SUPERSEDED")) leftBehind(hold, "the lease", error);
  }
}
