import { RepriseError } from "@reprise/core";

/** Throws `STATE_MISMATCH` with all `differences`, if there is one. */
export function requireNone(differences: readonly string[]): void {
  if (differences.length === 0) return;
  const lines = differences.map((difference) => `\n  - ${difference}`).join("");
  throw new RepriseError(
    "STATE_MISMATCH",
    `The saved state does not fit; nothing was loaded:${lines}`,
    { details: { differences } },
  );
}
