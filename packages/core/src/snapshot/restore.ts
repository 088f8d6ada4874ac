import { isRepriseError, RepriseError } from "../errors.ts";
import { bindLive } from "./bind-live.ts";
import { Realizer } from "./realizer.ts";
import { isNode, type StateTree } from "./state-tree.ts";
import type { StateValue } from "./training-state.ts";

/**
 * Brings the live value at `path` to the saved state: typed arrays, objects, arrays, `Map`s and
 * `Set`s in place, whatever else through its own methods. `compareTrees` has to have found no
 * difference; members of objects that the checkpoint lacks are removed unless `keep` has their path.
 * Rejects with `LOAD_FAILED` and the path when a method of the program fails.
 */
export async function restoreInto(
  live: unknown,
  saved: StateTree,
  path: string,
  keep: ReadonlySet<string> = new Set(),
): Promise<void> {
  const realizer = new Realizer(bindLive(live, saved), keep);
  try {
    const realized = realizer.realize(saved, path);
    if (isNode(saved) && realized !== live)
      throw failed(path, "it is of another kind than in the checkpoint");
  } catch (error) {
    throw isRepriseError(error) ? error : failed(path, String(error), error);
  }
  for (const { path: where, load } of realizer.loads) {
    try {
      await load();
    } catch (error) {
      throw failed(where, String(error), error);
    }
  }
}

/** Fresh values for a saved state. Nothing of them shares memory with the file they came from. */
export function materialize(saved: StateTree): StateValue {
  return new Realizer(new Map(), new Set()).realize(saved, "", true) as StateValue;
}

function failed(path: string, reason: string, cause?: unknown): RepriseError {
  return new RepriseError(
    "LOAD_FAILED",
    `${path} could not be loaded from the checkpoint: ${reason}. Training has not begun, and the state may be half loaded: end this process before the next attempt.`,
    { details: { path }, ...(cause === undefined ? {} : { cause }) },
  );
}
