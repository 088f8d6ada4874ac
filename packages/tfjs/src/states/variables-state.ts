import { RepriseError, show, type TrainingState } from "@reprise/core";
import { Variable } from "@tensorflow/tfjs-core";
import { memberPath } from "./member-path.ts";
import { Place } from "./place.ts";
import type { PlaceTree } from "./place-tree.ts";
import { placesState } from "./places-state.ts";

/** Variables by name; also in arrays and plain objects. */
export type VariableTree =
  | Variable
  | readonly VariableTree[]
  | { readonly [name: string]: VariableTree };

/**
 * Variables of a training that is written on tfjs-core alone, as a training state. They are known by the names
 * given here. Throws `INVALID_ARGUMENT` for anything that is not a variable.
 */
export function variablesState(variables: Readonly<Record<string, VariableTree>>): TrainingState {
  const places = (): { variables: PlaceTree } => ({
    variables: placesOf(variables, "variables"),
  });
  places();
  return placesState(places);
}

function placesOf(tree: VariableTree, path: string): PlaceTree {
  if (tree instanceof Variable) return Place.ofVariable(tree);
  if (Array.isArray(tree))
    return (tree as readonly VariableTree[]).map((child, i) => placesOf(child, `${path}[${i}]`));
  if (!isPlain(tree)) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected ${path} to be a tf.Variable, found ${show(tree)}. A tensor is replaced and never changes: ` +
        `make it tf.variable(tensor).`,
    );
  }
  const entries = Object.entries(tree);
  return Object.fromEntries(
    entries.map(([name, child]) => [name, placesOf(child, memberPath(path, name))]),
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, VariableTree>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
