import { bytesOf } from "./array-types.ts";
import {
  childPath,
  childrenOf,
  hole,
  isNode,
  isStateful,
  shapeOf,
  type StateNode,
  type StateTree,
  type TensorTree,
} from "./state-tree.ts";
import type { ReassignedState, Tensor, TrainingState, TypedArray } from "./training-state.ts";

/** Gives a value of the program its saved state, through a method of its own. */
export interface Load {
  readonly path: string;
  readonly load: () => unknown;
}

/**
 * Turns a saved state into values: into the live objects that its nodes are `bound` to, or else into
 * fresh ones. Each node becomes one value only, so that what the state held twice it holds twice again.
 * What an object's own method has to load is added to `loads`; without them it is plain data as well.
 */
export function realize(
  root: StateTree,
  rootPath = "",
  bound: ReadonlyMap<StateNode, object> = new Map(),
  keep: ReadonlySet<string> = new Set(),
  loads?: Load[],
): unknown {
  const made = new Map<StateNode, unknown>();
  return valueOf(root, rootPath, loads);

  function valueOf(saved: StateTree, path: string, into?: Load[]): unknown {
    if (!isNode(saved)) return saved;
    if (!made.has(saved)) made.set(saved, make(saved, path, into));
    return made.get(saved);
  }

  function make(saved: StateNode, path: string, into?: Load[]): unknown {
    const live = bound.get(saved) as never;
    if (saved.kind === "tensor") return tensor(saved, live);
    if (isStateful(saved) && into) {
      const owner: TrainingState & ReassignedState<unknown> = live;
      const load = (): unknown => {
        const data = valueOf(saved.value, path);
        return saved.kind === "stateDict" ? owner.loadStateDict(data as never) : owner.set(data);
      };
      into.push({ path, load });
      return owner;
    }
    const children = Array.from(childrenOf(saved, path), ([child, at]) => valueOf(child, at, into));
    switch (saved.kind) {
      case "record": {
        const record: Record<string, unknown> = live ?? Object.create(null);
        const entries = new Map(children.map((value, i) => [saved.keys[i] ?? "", value]));
        for (const [key, value] of Object.entries(record))
          if (keep.has(childPath(path, "record", key))) entries.set(key, value);
        return fillRecord(record, entries);
      }
      case "array":
        return fillList(live ?? [], children, saved.values);
      case "map": {
        const map: Map<unknown, unknown> = live ?? new Map();
        map.clear();
        for (const [i, key] of saved.keys.entries()) map.set(key, children[i]);
        return map;
      }
      case "set": {
        const set: Set<unknown> = live ?? new Set();
        set.clear();
        for (const value of saved.values) set.add(value);
        return set;
      }
      case "date": {
        const date: Date = live ?? new Date(0);
        date.setTime(saved.time);
        return date;
      }
      case "stateDict":
      case "reassigned":
      case "hole":
      default:
        return children[0];
    }
  }

  function tensor(saved: TensorTree, live?: object): unknown {
    const { type, form, dtype, owner, delta, pad, byteLength } = saved;
    const length = byteLength / type.size;
    if (form === "numbers")
      return fillList((live ?? []) as unknown[], copyInto(new Float64Array(length), saved));
    if (live) {
      copyInto(liveArray(live), saved);
      return live;
    }
    const whole = owner && liveArray(valueOf(owner, "") as object);
    const data = whole
      ? new type.construct(whole.buffer, whole.byteOffset + delta, length)
      : copyInto(new type.construct(new ArrayBuffer(pad + byteLength), pad, length), saved);
    return form === "array" ? data : { dtype, shape: [...shapeOf(saved)], data };
  }
}

/** The typed array that a live tensor is, or holds. */
export function liveArray(live: object): TypedArray {
  return ArrayBuffer.isView(live) ? (live as TypedArray) : (live as Tensor).data;
}

/** Writes the bytes of a tensor from a file into `array`. */
function copyInto<T extends TypedArray>(array: T, { owner, delta, pieces }: TensorTree): T {
  const bytes = bytesOf(array);
  let at = -delta;
  for (const piece of owner?.pieces ?? pieces) {
    const start = Math.max(0, at);
    if (start < bytes.length) bytes.set(piece.subarray(start - at, bytes.length - at), start);
    at += piece.length;
  }
  return array;
}

function fillList(
  list: unknown[],
  values: ArrayLike<unknown>,
  saved: readonly StateTree[] = [],
): unknown[] {
  list.length = 0;
  for (let i = 0; i < values.length; i++) {
    if (saved[i] === hole) list.length = i + 1;
    else list[i] = values[i];
  }
  return list;
}

function fillRecord(
  record: Record<string, unknown>,
  entries: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  const live = Object.keys(record);
  const isInOrder = JSON.stringify(live) === JSON.stringify([...entries.keys()]);
  if (!isInOrder) for (const key of live) delete record[key];
  for (const [key, value] of entries) {
    // Assigning to `__proto__` would call its setter.
    if (key === "__proto__")
      Object.defineProperty(record, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    else record[key] = value;
  }
  return record;
}
