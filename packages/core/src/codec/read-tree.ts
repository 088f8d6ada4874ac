import { byteLengthOf, type DType, holdersOf } from "../snapshot/array-types.ts";
import {
  hole,
  makeTensor,
  maxHoles,
  type StateTree,
  type TensorTree,
} from "../snapshot/state-tree.ts";
import type { StatePrimitive } from "../snapshot/training-state.ts";
import { isObject } from "../is-object.ts";
import { isCount, isRecord } from "./guards.ts";

/** A tensor as the header of a file lists it. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export interface ReadTrees {
  readonly roots: Readonly<Record<string, StateTree>>;
  /** The node that each tensor belongs to, by name. */
  readonly nodes: ReadonlyMap<string, TensorTree>;
}

/**
 * Reads what `writeTrees` wrote of `tensors`. Throws for what is no tree. May overlook what is merely
 * not written like this: the caller writes the trees again and compares.
 */
export function readTrees(
  trees: unknown,
  tensors: Readonly<Record<string, StoredTensor>>,
): ReadTrees {
  const nodes = new Map<string, TensorTree>();
  // Views, with the names of their owners, which may come after them.
  const views: [TensorTree, string][] = [];
  const shared: StateTree[] = [];
  let holes = 0;

  const read = (json: unknown): StateTree => {
    if (isRecord(json))
      return { kind: "record", keys: Object.keys(json), values: Object.values(json).map(read) };
    return Array.isArray(json) ? readTagged(json) : (json as StatePrimitive);
  };

  const readTagged = (json: readonly unknown[]): StateTree => {
    const [kind, ...rest] = json;
    const [first, second] = rest;
    switch (kind) {
      case "array":
        return { kind, values: readElements(rest) };
      case "map": {
        const map = new Map<StatePrimitive, StateTree>();
        for (let i = 0; i < rest.length; i += 2) map.set(readPrimitive(rest[i]), read(rest[i + 1]));
        return { kind, keys: [...map.keys()], values: [...map.values()] };
      }
      case "set":
        return { kind, values: [...new Set(rest.map(readPrimitive))] };
      case "date":
        return { kind, time: Number(readPrimitive(first)) };
      case "stateDict":
      case "reassigned":
        return { kind, value: read(first) };
      case "tensor":
        return readTensor(first as string, second);
      case "shared": {
        const tree = read(second);
        shared.push(tree);
        return tree;
      }
      case "same":
        return shared[Number(first)];
      default:
        return readPrimitive(json);
    }
  };

  const readElements = (json: readonly unknown[]): StateTree[] => {
    return json.flatMap((element) => {
      if (!Array.isArray(element) || element[0] !== "hole") return [read(element)];
      const [, count] = element as readonly unknown[];
      if (!isCount(count) || (holes += count) > maxHoles) throw odd(element);
      return Array.from<StateTree>({ length: count }).fill(hole);
    });
  };

  const readTensor = (name: string, more: unknown = {}): TensorTree => {
    const { form, array, at, pad = 0, ...part } = more as Readonly<Record<string, unknown>>;
    const { dtype, shape } = (at === undefined ? tensors[name] : part) as StoredTensor;
    const types = holdersOf(dtype);
    // The last, since in older runtimes another type of 16 bits stands in for Float16Array.
    const type = array === undefined ? types[0] : types.find((holder) => holder.name === array);
    const byteLength = type && Array.isArray(shape) ? byteLengthOf(shape, type.size) : undefined;
    const isFormRight =
      form === undefined
        ? dtype === type?.dtype
        : form === "tensor" || (form === "numbers" && dtype === "F64");
    if (!type || byteLength === undefined || !isFormRight || !isCount(pad) || pad > 7)
      throw odd(name);
    const node = makeTensor(
      (form as "tensor" | "numbers" | undefined) ?? "array",
      type,
      dtype,
      undefined,
      byteLength,
      form === "tensor" ? shape : undefined,
    );
    node.pad = pad;
    if (isCount(at)) {
      node.delta = at;
      views.push([node, name]);
    } else nodes.set(name, node);
    return node;
  };

  const roots = Object.fromEntries(
    Object.entries(trees as object).map(([name, tree]) => [name, read(tree)]),
  );
  for (const [view, name] of views) {
    const owner = nodes.get(name);
    if (
      !owner ||
      view.delta + view.byteLength > owner.byteLength ||
      (owner.pad + view.delta) % view.type.size > 0
    )
      throw odd(name);
    view.owner = owner;
  }
  return { roots, nodes };
}

function readPrimitive(json: unknown): StatePrimitive {
  if (!isObject(json)) return json as StatePrimitive;
  const [kind, text] = json as readonly [unknown, string];
  if (kind === "undefined") return undefined;
  if (kind === "bigint") return BigInt(text);
  if (kind === "number") return Number(text);
  throw odd(json);
}

function odd(json: unknown): SyntaxError {
  return new SyntaxError(`${JSON.stringify(json).slice(0, 80)} in the state means nothing`);
}
