import { type Born, describe, listLength, signature } from "./born.ts";
import {
  childPath,
  childrenOf,
  entriesOf,
  isNode,
  isStateful,
  type StateNode,
  type StateTree,
  type TensorTree,
} from "./state-tree.ts";

/** One thing in which a checkpoint and a program do not fit each other. */
export interface Difference {
  /** `missing` from the checkpoint, `unexpected` in it, or in both and of another make. */
  readonly kind: "missing" | "unexpected" | "shape" | "dtype" | "kind";
  readonly path: string;
  /** What the checkpoint has. */
  readonly expected: string;
  /** What the program has. */
  readonly found: string;
}

/** Two storages, one of each side; by how many bytes two values that were met begin apart in them. */
interface Pair {
  readonly shift: number;
  readonly path: string;
}

/**
 * Everything in which the saved and the live state at `root` differ although no run could have
 * brought it about: what neither was there when the run was `born` nor came or went since. Loads
 * nothing.
 */
export function compareTrees(
  savedRoot: StateTree,
  liveRoot: StateTree,
  born: Born,
  root: string,
): Difference[] {
  const differences: Difference[] = [];
  // What one side holds twice has to be held twice by the other, or restoring one would overwrite the
  // other: which storage of one side was met with which of the other, and which nodes have no partner.
  const pairs = new Map<StateNode, Pair>();
  const met = new Set<StateNode>();
  const made = new Map<StateNode, string>();
  // Where a state dict is, everything is data; where a Map is, everything comes and goes.
  let inStateDict = false;
  let inMap = false;

  compare(savedRoot, liveRoot, root);
  // Views without a live array into storages that only other views have cannot be rejoined.
  for (const [node, path] of made) {
    const pair = pairs.get(storageOf(node));
    if (pair && !met.has(storageOf(node)))
      report("kind", path, "nothing", `bytes that it shares with ${pair.path}`);
  }
  return differences;

  function report(kind: Difference["kind"], path: string, found: string, expected: string): void {
    differences.push({ kind, path, expected, found });
  }

  function compare(saved: StateTree, live: StateTree, path: string): void {
    const make = makeOf(live);
    const isOther = makeOf(saved) !== make;
    if (isOther || (make === "tensor" && signature(saved) !== signature(live))) {
      const kind = isOther ? "kind" : tensorDifference(saved, live);
      if (mayReplace(saved, live, path)) requireData(saved, path);
      else report(kind, path, describe(live), describe(saved));
      return;
    }
    if (!isNode(saved) || !isNode(live) || !(inStateDict || areTwins(saved, live, path))) return;
    if (isStateful(saved)) {
      const outer = inStateDict;
      inStateDict = true;
      compare(saved.value, (live as typeof saved).value, path);
      inStateDict = outer;
    } else if (make === "array") compareLists(saved, live, path);
    else compareEntries(saved, live, path);
  }

  // Whether the two have to be compared: not when they were before, or cannot belong together.
  function areTwins(saved: StateNode, live: StateNode, path: string): boolean {
    const shift = deltaOf(saved) - deltaOf(live);
    const before = pairs.get(storageOf(saved));
    const other = pairs.get(storageOf(live));
    const pair = before ?? other ?? { shift, path };
    if (!before && !other) pairs.set(storageOf(saved), pair).set(storageOf(live), pair);
    else if (before !== other || pair.shift !== shift) {
      const sides = ["a value of its own", `the same value as ${pair.path}`] as const;
      report("kind", path, sides[before ? 0 : 1], sides[before ? 1 : 0]);
      return false;
    }
    const isNew = !met.has(saved);
    met.add(saved);
    return isNew;
  }

  function compareEntries(saved: StateNode, live: StateNode, path: string): void {
    const outer = inMap;
    inMap ||= saved.kind === "map";
    const savedValues = new Map(entriesOf(saved));
    const liveValues = new Map(entriesOf(live));
    for (const [key, value] of liveValues) {
      const at = childPath(path, saved.kind, key);
      if (savedValues.has(key)) compare(savedValues.get(key), value, at);
      else if (!inMap && !Object.hasOwn(born, at))
        report("missing", at, describe(value), "nothing");
    }
    for (const [key, value] of savedValues) {
      const at = childPath(path, saved.kind, key);
      if (liveValues.has(key)) continue;
      if (!inMap && (isRoot(path) || Object.hasOwn(born, at)))
        report("unexpected", at, "nothing", describe(value));
      else requireData(value, at);
    }
    inMap = outer;
  }

  function compareLists(saved: StateNode, live: StateNode, path: string): void {
    const [savedLength = 0, liveLength = 0] = [listLength(saved), listLength(live)];
    const shared = Math.min(savedLength, liveLength);
    const known = Math.max(shared, Number(/^array\((\d+)/.exec(born[path] ?? "")?.[1] ?? 0));
    // What goes beyond was cut off or added by the run, unless its program never had it, or always.
    // Within a Map nothing is known of how it began.
    if (!inMap && liveLength > known)
      report("missing", childPath(path, "array", known), describe(live), describe(saved));
    else if (!inMap && savedLength > shared && known > shared)
      report("unexpected", childPath(path, "array", shared), describe(live), describe(saved));
    for (let i = 0; i < savedLength; i++) {
      const [value, other] = [elementOf(saved, i), elementOf(live, i)];
      if (!isNode(value) && !isNode(other)) continue;
      const at = childPath(path, "array", i);
      if (i < shared) compare(value, other, at);
      else requireData(value, at);
    }
  }

  function isRoot(path: string): boolean {
    return path === root && !inStateDict;
  }

  // Whether what is at `path` now may give way to something of another make: if the program still
  // begins as it was born, it was the run that replaced it.
  function mayReplace(saved: StateTree, live: StateTree, path: string): boolean {
    if (isRoot(path) || [saved, live].some(isStateful)) return false;
    if (inMap || makeOf(live) === "primitive") return true;
    return withoutLength(signature(live)) === withoutLength(born[path] ?? "");
  }

  // There is no live value at `path`: data can be made anew, but nobody knows how to make an object
  // that loads its own state.
  function requireData(saved: StateTree, path: string): void {
    if (!isNode(saved) || made.has(saved)) return;
    made.set(saved, path);
    if (isStateful(saved)) report("kind", path, "nothing that could load it", describe(saved));
    else for (const [child, at] of childrenOf(saved, path)) requireData(child, at);
  }
}

function storageOf(node: StateNode): StateNode {
  return (node.kind === "tensor" && node.owner) || node;
}

function deltaOf(node: StateNode): number {
  return node.kind === "tensor" ? node.delta : 0;
}

/** What can be compared with what: the kind, but a list is a list however it is stored. */
function makeOf(tree: StateTree): string {
  if (!isNode(tree) || tree.kind === "hole") return "primitive";
  return listLength(tree) === undefined ? tree.kind : "array";
}

function tensorDifference(saved: StateTree, live: StateTree): Difference["kind"] {
  return (saved as TensorTree).dtype === (live as TensorTree).dtype ? "shape" : "dtype";
}

function elementOf(list: StateNode, index: number): StateTree {
  return list.kind === "array" ? list.values[index] : 0;
}

function withoutLength(text: string): string {
  return text.replace(/^array.*/, "array");
}
