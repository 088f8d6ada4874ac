import { show } from "../errors.ts";
import { signature } from "./born.ts";
import { isNode, type StateTree } from "./state-tree.ts";

const names: Readonly<Record<string, string>> = {
  record: "an object",
  map: "a Map",
  set: "a Set",
  date: "a Date",
  hole: "nothing",
};

/** What a part of a state is, for messages: `F32[784,10]`, `an array of 3`, `"relu"`. */
export function describe(tree: StateTree): string {
  if (!isNode(tree)) return show(tree);
  if (tree.kind === "stateDict") return "the state of an object with loadStateDict()";
  if (tree.kind === "reassigned") return "the state behind { get, set }";
  const text = signature(tree);
  return names[text] ?? text.replace(/^array\((\d+)\)$/, "an array of $1");
}
