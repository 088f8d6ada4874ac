import type { StateDict, TrainingState } from "@reprise/core";
import { backendFacts, faultsOfFacts } from "./backend-facts.ts";
import { requireNone } from "./differences.ts";
import { withPins } from "./pin.ts";
import { match, pinAll, type PlaceTree, type Puts } from "./place-tree.ts";
import { requireSeamsEarly } from "./self-test.ts";
import { tensorOf } from "./saved-tensor.ts";

/** The tensors in some places of a program, and the backend that computes them, as a training state. */
export function placesState(places: () => Readonly<Record<string, PlaceTree>>): TrainingState {
  requireSeamsEarly();
  return {
    stateDict: () =>
      withPins((pin) => ({
        backend: backendFacts(),
        ...(pinAll(places(), pin, "") as StateDict),
      })),
    loadStateDict: (saved) => {
      const differences = faultsOfFacts(saved["backend"]);
      const puts: Puts = [];
      for (const [name, tree] of Object.entries(places()))
        match(tree, saved[name], name, { puts, differences });
      requireNone(differences);
      for (const [place, value] of puts) place.put(tensorOf(value));
    },
  };
}
