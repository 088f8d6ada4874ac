import { keyedRandom } from "@reprise/core";
import { indexedDb } from "../../recipes/indexed-db.ts";
import { trainWithMl5 } from "../../recipes/ml5.ts";
import { watched } from "../watched-store.ts";

/** Runs the recipe. Each life begins with other weights, which ml5 draws from `Math.random`. */
export function train(life: number): ReturnType<typeof trainWithMl5> {
  Math.random = keyedRandom(life)("initial weights").next;
  return trainWithMl5({ store: watched(indexedDb("ml5")) });
}
