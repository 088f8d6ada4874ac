import { arrayTypeOf } from "./array-types.ts";
import { classify } from "./classify.ts";
import { isNode, shapeOf, type StateNode, type StateTree } from "./state-tree.ts";
import type { Tensor, TypedArray } from "./training-state.ts";

/**
 * For every node of a saved state the live object that it can be restored into, where there is one.
 * A node with two paths is bound to the object that either of them has.
 */
export function bindLive(live: unknown, saved: StateTree): Map<StateNode, object> {
  const bound = new Map<StateNode, object>();
  bind(live, saved, bound);
  return bound;
}

function bind(live: unknown, saved: StateTree, bound: Map<StateNode, object>): void {
  if (!isNode(saved) || typeof live !== "object" || live === null || bound.has(saved)) return;
  if (!fits(live, saved)) return;
  bound.set(saved, live);
  if (saved.kind === "record") {
    const record = live as Record<string, unknown>;
    for (const [i, key] of saved.keys.entries())
      if (Object.hasOwn(record, key)) bind(record[key], saved.values[i], bound);
  } else if (saved.kind === "array") {
    const list = live as readonly unknown[];
    for (const [i, value] of saved.values.entries()) bind(list[i], value, bound);
  } else if (saved.kind === "map") {
    const map = live as ReadonlyMap<unknown, unknown>;
    for (const [i, key] of saved.keys.entries()) bind(map.get(key), saved.values[i], bound);
  }
}

function fits(live: object, saved: StateNode): boolean {
  const kind = classify(live);
  if (saved.kind !== "tensor") return kind === saved.kind;
  if (saved.form === "numbers") return kind === "array";
  if (kind !== "tensor" && kind !== "view") return false;
  const data = liveArray(live);
  const { dtype, shape } =
    kind === "tensor"
      ? (live as Tensor)
      : { dtype: arrayTypeOf(data)?.dtype, shape: [data.length] };
  return dtype === saved.dtype && shape.join() === shapeOf(saved).join();
}

/** The typed array that a live tensor is, or holds. */
export function liveArray(live: object): TypedArray {
  return ArrayBuffer.isView(live) ? (live as TypedArray) : (live as Tensor).data;
}
