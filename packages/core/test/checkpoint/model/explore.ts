import { Moves } from "./moves.ts";
import { BrokenPromise, type Promised } from "./promises.ts";
import { keyOf, type Scenario, type World } from "./world.ts";

/** What was found by looking at everything that can happen. */
export interface Exploration {
  readonly worlds: number;
  readonly moves: number;
  /** The first promise that was broken, and the shortest way there. */
  readonly broken:
    | { readonly promised: Promised; readonly detail: string; readonly way: readonly string[] }
    | undefined;
}

interface Visit {
  readonly world: World;
  readonly label: string;
  readonly from: Visit | undefined;
}

/** Looks at every world that can come of `scenario`, those with the fewest moves first. */
export async function explore(scenario: Scenario): Promise<Exploration> {
  const moves = new Moves(scenario);
  const start = await moves.first();
  const seen = new Set([keyOf(start)]);
  let made = 0;
  let visits: Visit[] = [{ world: start, label: "", from: undefined }];
  while (visits.length > 0) {
    const next: Visit[] = [];
    for (const visit of visits) {
      let label = "";
      try {
        for (const move of moves.of(visit.world)) {
          label = move.label;
          made++;
          const world = await move.make();
          if (world === undefined) continue;
          const key = keyOf(world);
          if (seen.has(key)) continue;
          seen.add(key);
          next.push({ world, label, from: visit });
        }
      } catch (error) {
        if (!(error instanceof BrokenPromise)) throw error;
        const { promised, message: detail } = error;
        const way = [...wayTo(visit), label];
        return { worlds: seen.size, moves: made, broken: { promised, detail, way } };
      }
    }
    visits = next;
  }
  return { worlds: seen.size, moves: made, broken: undefined };
}

function wayTo({ from, label }: Visit): readonly string[] {
  return from === undefined ? [] : [...wayTo(from), label];
}
