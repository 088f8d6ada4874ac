import { getBackend, version_core as version } from "@tensorflow/tfjs-core";
import type { StateDict } from "@reprise/core";

/**
 * The backend that computes the state, as a part of it. Its name is a key, since keys are what a restore
 * compares before it loads anything; the text is what the message about a difference shows.
 */
export function backendFacts(): StateDict {
  return { [getBackend()]: `tfjs ${version}; other backends compute other bits` };
}

/** What is wrong with the facts of a saved state: whether they may differ was decided before it is loaded. */
export function faultsOfFacts(saved: unknown): string[] {
  const isThere = typeof saved === "object" && saved !== null && Object.keys(saved).length > 0;
  return isThere ? [] : ["backend: nothing in the checkpoint"];
}
