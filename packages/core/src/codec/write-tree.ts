import { holdersOf } from "../snapshot/array-types.ts";
import {
  childrenOf,
  isNode,
  shapeOf,
  type StateNode,
  type StateTree,
  type TensorTree,
} from "../snapshot/state-tree.ts";
import type { StatePrimitive } from "../snapshot/training-state.ts";

/** The state without the bytes of its tensors. */
export interface WrittenTrees {
  /** The trees by the name of their roots, as JSON takes them. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The path at which each node was first met, which is the name of a tensor. */
  readonly names: ReadonlyMap<StateNode, string>;
}

/**
 * Writes trees for JSON. Objects and what JSON has stand for themselves; everything else is an array
 * that begins with its kind (`docs/format.md` lists them all).
 */
export function writeTrees(roots: Readonly<Record<string, StateTree>>): WrittenTrees {
  const names = new Map<StateNode, string>();
  // The nodes with more than one path, with the number of those that were written.
  const shared = new Map<StateNode, number | undefined>();
  let sharedCount = 0;

  const survey = (tree: StateTree, path: string): void => {
    if (!isNode(tree)) return;
    if (names.has(tree)) return void shared.set(tree, undefined);
    names.set(tree, path);
    for (const [child, at] of childrenOf(tree, path)) survey(child, at);
  };

  const write = (tree: StateTree): unknown => {
    if (!isNode(tree)) return writePrimitive(tree);
    const number = shared.get(tree);
    if (number !== undefined) return ["same", number];
    const json = writeNode(tree);
    if (!shared.has(tree)) return json;
    shared.set(tree, sharedCount);
    return ["shared", sharedCount++, json];
  };

  const writeNode = (node: StateNode): unknown => {
    switch (node.kind) {
      case "record":
        return Object.fromEntries(node.keys.map((key, i) => [key, write(node.values[i])]));
      case "array":
        return ["array", ...writeElements(node.values)];
      case "map":
        return [
          "map",
          ...node.keys.flatMap((key, i) => [writePrimitive(key), write(node.values[i])]),
        ];
      case "set":
        return ["set", ...node.values.map(writePrimitive)];
      case "date":
        return ["date", writePrimitive(node.time)];
      case "tensor":
        return writeTensor(node);
      case "stateDict":
      case "reassigned":
        return [node.kind, write(node.value)];
      case "hole":
      default:
        return ["hole", 1];
    }
  };

  const writeElements = (values: readonly StateTree[]): unknown[] => {
    const elements: unknown[] = [];
    let holes: [string, number] | undefined;
    for (const value of values) {
      if (!isNode(value) || value.kind !== "hole") {
        holes = undefined;
        elements.push(write(value));
      } else if (holes) holes[1]++;
      else elements.push((holes = ["hole", 1]));
    }
    return elements;
  };

  const writeTensor = (node: TensorTree): unknown => {
    const { form, type, dtype, owner, delta, pad } = node;
    const more = {
      ...(form !== "array" && { form }),
      ...(holdersOf(dtype)[0] !== type && { array: type.name }),
      ...(owner && { at: delta, dtype, shape: shapeOf(node) }),
      ...(pad && { pad }),
    };
    const name = names.get(owner ?? node);
    return Object.keys(more).length > 0 ? ["tensor", name, more] : ["tensor", name];
  };

  for (const [name, tree] of Object.entries(roots)) survey(tree, name);
  const json = Object.fromEntries(Object.entries(roots).map(([name, tree]) => [name, write(tree)]));
  return { json, names };
}

function writePrimitive(value: StatePrimitive): unknown {
  if (value === undefined) return ["undefined"];
  if (typeof value === "bigint") return ["bigint", `${value}`];
  if (Object.is(value, -0)) return ["number", "-0"];
  if (typeof value === "number" && !Number.isFinite(value)) return ["number", `${value}`];
  return value;
}
