import type { StateValue, Tensor as SavedTensor } from "@reprise/core";
import { memberPath } from "./member-path.ts";
import type { Pin } from "./pin.ts";
import { Place } from "./place.ts";
import { savedSignature, signatureOf } from "./saved-tensor.ts";

/** The places of a program's tensors. */
export type PlaceTree = Place | readonly PlaceTree[] | { readonly [name: string]: PlaceTree };

/** A tree of the same form that holds the present values. */
export function pinAll(places: PlaceTree, pin: Pin, path: string): StateValue {
  if (places instanceof Place) return pin(places.tensor, path, places.frozen);
  if (isList(places)) return places.map((child, i) => pinAll(child, pin, `${path}[${i}]`));
  const entries = Object.entries(places);
  return Object.fromEntries(
    entries.map(([name, child]) => [name, pinAll(child, pin, memberPath(path, name))]),
  );
}

/** What is to be put where; filled by {@link match}. */
export type Puts = (readonly [Place, SavedTensor])[];

/** Finds what belongs where. Adds each way in which the saved tree is of another form to `differences`. */
export function match(
  places: PlaceTree,
  saved: unknown,
  path: string,
  { puts, differences }: { readonly puts: Puts; readonly differences: string[] },
): void {
  if (places instanceof Place) {
    const [expected, found] = [signatureOf(places.tensor), savedSignature(saved)];
    if (expected === found) puts.push([places, saved as SavedTensor]);
    else differences.push(`${path}: ${found} in the checkpoint, ${expected} in the program`);
    return;
  }
  if (typeof saved !== "object" || saved === null) {
    differences.push(`${path}: absent in the checkpoint`);
    return;
  }
  const pathOf = (name: string): string =>
    isList(places) ? `${path}[${name}]` : memberPath(path, name);
  for (const [name, child] of Object.entries(places))
    match(child, saved[name as never], pathOf(name), { puts, differences });
  for (const name of Object.keys(saved))
    if (!Object.hasOwn(places, name)) differences.push(`${pathOf(name)}: absent in the program`);
}

function isList(places: PlaceTree): places is readonly PlaceTree[] {
  return Array.isArray(places);
}
