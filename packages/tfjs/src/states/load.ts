import { RepriseError, type StateDict } from "@reprise/core";
import { match, type PlaceTree, type Puts, tensorOf } from "./place.ts";

/** Puts a saved state into the places of the program, all of it or nothing. */
export function loadInto(
  places: Readonly<Record<string, PlaceTree>>,
  saved: StateDict,
  faults: readonly string[],
): void {
  const differences = [...faults];
  const puts: Puts = [];
  for (const [name, tree] of Object.entries(places))
    match(tree, saved[name], name, { puts, differences });
  requireNone(differences);
  for (const [place, value] of puts) place.put(tensorOf(value));
}

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
