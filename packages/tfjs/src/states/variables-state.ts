import { RepriseError, show, type TrainingState } from "@reprise/core";
import { Variable } from "@tensorflow/tfjs-core";
import { backendFacts, faultOfFacts } from "./backend-facts.ts";
import { loadInto } from "./load.ts";
import { withPins } from "./pin.ts";
import { memberPath, pinAll, Place, type PlaceTree } from "./place.ts";

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
  const places = (): PlaceTree => placesOf(variables, "variables");
  places();
  return {
    stateDict: () =>
      withPins((pin) => ({
        backend: backendFacts(),
        variables: pinAll(places(), pin, "variables"),
      })),
    loadStateDict: (saved) =>
      loadInto({ variables: places() }, saved, faultOfFacts(saved["backend"])),
  };
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
