const registry = Symbol.for("reprise.liveRuns");

/**
 * The runs that are being trained in this thread right now, by their nonce. Kept on the global
 * object, so that two copies of this package in one program know of each other.
 */
export function liveRuns(): Set<string> {
  const holder = globalThis as { [registry]?: Set<string> };
  return (holder[registry] ??= new Set());
}
