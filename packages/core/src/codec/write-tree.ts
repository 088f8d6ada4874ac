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
export interface WrittenTree {
  readonly json: string;
  /** Under which name each tensor is stored: the path at which it was first met. */
  readonly names: ReadonlyMap<TensorTree, string>;
}

/**
 * Writes trees as JSON. Objects and what JSON has stand for themselves; everything else is an array
 * that begins with its kind (`docs/format.md` lists them all).
 */
export function writeTrees(roots: Readonly<Record<string, StateTree>>): WrittenTree {
  const survey = new Survey();
  for (const [name, tree] of Object.entries(roots)) survey.visit(tree, name);
  const writer = new TreeWriter(survey);
  const members = Object.entries(roots).map(
    ([name, tree]) => `${JSON.stringify(name)}:${writer.write(tree)}`,
  );
  return { json: `{${members.join(",")}}`, names: survey.names };
}

/** Finds the name of each tensor, and the nodes that have more than one path. */
class Survey {
  readonly names = new Map<TensorTree, string>();
  readonly shared = new Set<StateNode>();
  readonly #seen = new Set<StateNode>();

  visit(tree: StateTree, path: string): void {
    if (!isNode(tree) || tree.kind === "hole") return;
    if (this.#seen.has(tree)) {
      this.shared.add(tree);
      return;
    }
    this.#seen.add(tree);
    if (tree.kind === "tensor" && tree.owner === undefined) this.names.set(tree, path);
    for (const [child, at] of childrenOf(tree, path)) this.visit(child, at);
  }
}

class TreeWriter {
  readonly #survey: Survey;
  readonly #numbers = new Map<StateNode, number>();

  constructor(survey: Survey) {
    this.#survey = survey;
  }

  write(tree: StateTree): string {
    if (!isNode(tree)) return writePrimitive(tree);
    const number = this.#numbers.get(tree);
    if (number !== undefined) return `["same",${number}]`;
    const json = this.#node(tree);
    if (!this.#survey.shared.has(tree)) return json;
    this.#numbers.set(tree, this.#numbers.size);
    return `["shared",${this.#numbers.size - 1},${json}]`;
  }

  #node(node: StateNode): string {
    switch (node.kind) {
      case "record":
        return `{${node.keys.map((key, i) => `${JSON.stringify(key)}:${this.write(node.values[i])}`).join(",")}}`;
      case "array":
        return tagged("array", this.#elements(node.values));
      case "map":
        return tagged(
          "map",
          node.keys.flatMap((key, i) => [writePrimitive(key), this.write(node.values[i])]),
        );
      case "set":
        return tagged("set", node.values.map(writePrimitive));
      case "date":
        return tagged("date", [writePrimitive(node.time)]);
      case "stateDict":
      case "reassigned":
        return tagged(node.kind, [this.write(node.value)]);
      case "tensor":
        return this.#tensor(node);
      case "hole":
      default:
        return `["hole",1]`;
    }
  }

  #elements(values: readonly StateTree[]): string[] {
    const elements: string[] = [];
    let holes = 0;
    for (const value of values) {
      const isHole = isNode(value) && value.kind === "hole";
      if (isHole) holes++;
      if (isHole) continue;
      if (holes > 0) elements.push(`["hole",${holes}]`);
      holes = 0;
      elements.push(this.write(value));
    }
    return holes > 0 ? [...elements, `["hole",${holes}]`] : elements;
  }

  #tensor(node: TensorTree): string {
    const { form, type, dtype, owner, delta, pad } = node;
    const name = JSON.stringify(this.#survey.names.get(owner ?? node));
    const isUsual = holdersOf(dtype)[0] === type;
    const more = {
      ...(form === "array" ? {} : { form }),
      ...(isUsual ? {} : { array: type.name }),
      ...(owner === undefined ? {} : { at: delta, dtype, shape: shapeOf(node) }),
      ...(pad === 0 ? {} : { pad }),
    };
    return Object.keys(more).length > 0
      ? `["tensor",${name},${JSON.stringify(more)}]`
      : `["tensor",${name}]`;
  }
}

function tagged(kind: string, elements: readonly string[]): string {
  return `[${[`"${kind}"`, ...elements].join(",")}]`;
}

function writePrimitive(value: StatePrimitive): string {
  if (value === undefined) return `["undefined"]`;
  if (typeof value === "bigint") return `["bigint","${value}"]`;
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    return `["number","${Object.is(value, -0) ? "-0" : value}"]`;
  return JSON.stringify(value);
}
