import { rmdir } from "node:fs/promises";
import { join } from "node:path";

const staleMs = 5000;
const retries = { retries: 5, factor: 1.5, minTimeout: 40, maxTimeout: 200, randomize: true };

/**
 * Runs `claim` while starters that come at the same moment wait a little, so that one of them is told
 * that the other holds the run instead of taking it over. Two may still claim at once: the claim
 * itself decides, and whatever fails here is ignored. Nothing is left behind in `directory`.
 */
export async function waitForOtherClaims<T>(
  directory: string,
  claim: () => Promise<T>,
): Promise<T> {
  const lockPath = join(directory, "claim.lock");
  const release = await lock(directory, lockPath).catch(() => undefined);
  try {
    return await claim();
  } finally {
    // Without the lock, what is there is a leftover of a starter that died, or of one that needs it
    // no more than we did.
    await (release?.() ?? rmdir(lockPath)).catch(() => undefined);
  }
}

async function lock(directory: string, lockfilePath: string): Promise<() => Promise<void>> {
  // Loaded only now, since loading it makes the process listen to signals.
  const properLockfile = await import("proper-lockfile");
  return properLockfile.lock(directory, {
    lockfilePath,
    realpath: false,
    stale: staleMs,
    retries,
    onCompromised: () => {},
  });
}
