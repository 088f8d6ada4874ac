import { show } from "../errors.ts";
import { childrenOf, isNode, isStateful, shapeOf, type StateTree } from "./state-tree.ts";

/**
 * What a program's state was like when its run began for the first time: for every path the
 * {@link signature} of what was there. Tells what a run let grow from what its program changed.
 */
export type Born = Readonly<Record<string, string>>;

/** What the state captured as `tree` is like. */
export function bornOf(tree: StateTree): Born {
  const born = Object.create(null) as Record<string, string>;
  const seen = new Set<StateTree>();
  const visit = (child: StateTree, at: string): void => {
    born[at] = signature(child);
    if (!isNode(child) || child.kind === "map" || seen.has(child)) return;
    seen.add(child);
    // The length of an array tells of its elements, unless they can be told apart.
    for (const [grandchild, below] of childrenOf(child, at))
      if (isNode(grandchild) || child.kind !== "array") visit(grandchild, below);
  };
  visit(tree, "state");
  return born;
}

/**
 * The kind of a value in a word: `F32[784,10]` for a tensor, `array(3)` for an array, `record`,
 * `map` and so on, and nothing for a primitive.
 */
export function signature(tree: StateTree): string {
  if (!isNode(tree)) return "";
  if (isStateful(tree)) return signature(tree.value);
  const length = listLength(tree);
  if (length !== undefined) return `array(${length})`;
  return tree.kind === "tensor" ? `${tree.dtype}[${shapeOf(tree).join()}]` : tree.kind;
}

/** What a part of a state is, for messages: its {@link signature}, or itself when it is a primitive. */
export function describe(tree: StateTree): string {
  if (!isNode(tree)) return show(tree);
  return isStateful(tree) ? tree.kind : signature(tree);
}

/** The length of an array, however it is stored, and `undefined` for anything else. */
export function listLength(tree: StateTree): number | undefined {
  if (!isNode(tree)) return undefined;
  if (tree.kind === "array") return tree.values.length;
  return tree.kind === "tensor" && tree.form === "numbers" ? tree.byteLength / 8 : undefined;
}
