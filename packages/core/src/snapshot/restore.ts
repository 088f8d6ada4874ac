import { RepriseError } from "../errors.ts";
import { isObject } from "../is-object.ts";
import { arrayTypeOf } from "./array-types.ts";
import { classify } from "./classify.ts";
import { liveArray, type Load, realize } from "./realize.ts";
import { entriesOf, isNode, shapeOf, type StateNode, type StateTree } from "./state-tree.ts";
import type { StateValue, Tensor } from "./training-state.ts";

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
  keep?: ReadonlySet<string>,
): Promise<void> {
  let where = path;
  try {
    const loads: Load[] = [];
    const bound = new Map<StateNode, object>();
    bind(live, saved, bound);
    if (isNode(saved) && realize(saved, path, bound, keep, loads) !== live)
      throw new TypeError("it is of another kind");
    for (const { path: at, load } of loads) {
      where = at;
      await load();
    }
  } catch (cause) {
    throw new RepriseError(
      "LOAD_FAILED",
      `${where} could not be loaded: ${String(cause)}. It may be half loaded: end this process.`,
      { cause, details: { path: where } },
    );
  }
}

/** Fresh values for a saved state. Nothing of them shares memory with the file they came from. */
export function materialize(saved: StateTree): StateValue {
  return realize(saved) as StateValue;
}

// Finds for every saved node the live object that it can be restored into, where there is one. A node
// with two paths is bound to the object that either of them has.
function bind(live: unknown, saved: StateTree, bound: Map<StateNode, object>): void {
  if (!isNode(saved) || bound.has(saved) || !isObject(live)) return;
  if (!fits(live, saved)) return;
  bound.set(saved, live);
  for (const [key, value] of entriesOf(saved)) {
    if (saved.kind === "map") bind((live as Map<unknown, unknown>).get(key), value, bound);
    else if (Object.hasOwn(live, key as string)) bind(live[key as never], value, bound);
  }
}

function fits(live: object, saved: StateNode): boolean {
  const kind = classify(live);
  if (saved.kind !== "tensor") return kind === saved.kind;
  if (saved.form === "numbers") return kind === "array";
  if (kind !== "tensor" && kind !== "view") return false;
  const data = liveArray(live);
  const { dtype = arrayTypeOf(data)?.dtype, shape = [data.length] } = live as Partial<Tensor>;
  return dtype === saved.dtype && shape.join() === shapeOf(saved).join();
}
