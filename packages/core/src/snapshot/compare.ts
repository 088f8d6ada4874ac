import { type Born, signature } from "./born.ts";
import { describe } from "./describe.ts";
import {
  type ArrayTree,
  childrenOf,
  entryPath,
  isNode,
  type MapTree,
  memberPath,
  type RecordTree,
  shapeOf,
  type StateTree,
  type TensorTree,
} from "./state-tree.ts";
import { Twins } from "./twins.ts";

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

/**
 * Everything in which the saved and the live state at `path` differ although no run could have
 * brought it about: what neither was there when the run was `born` nor came or went since. Loads
 * nothing.
 */
export function compareTrees(
  saved: StateTree,
  live: StateTree,
  born: Born,
  path: string,
): Difference[] {
  const comparison = new Comparison(born, path);
  comparison.compare(saved, live, path);
  comparison.finish();
  return comparison.differences;
}

type ListTree = ArrayTree | TensorTree;

class Comparison {
  readonly differences: Difference[] = [];
  readonly #born: Born;
  readonly #root: string;
  readonly #twins = new Twins();
  // Where a state dict is, everything is data; where a Map is, everything comes and goes.
  #inStateDict = false;
  #inMap = false;

  constructor(born: Born, root: string) {
    this.#born = born;
    this.#root = root;
  }

  compare(saved: StateTree, live: StateTree, path: string): void {
    const make = makeOf(live);
    if (makeOf(saved) !== make) return this.#compareMakes(saved, live, path);
    if (make === "primitive" || !isNode(saved) || !isNode(live)) return;
    if (make === "tensor" && signature(saved) !== signature(live))
      return this.#compareSignatures(saved as TensorTree, live as TensorTree, path);
    if (!this.#inStateDict) {
      const met = this.#twins.meet(saved, live, path);
      if (met === "again") return;
      if (met !== undefined) return this.#report("kind", path, met.live, met.saved);
    }
    if (make === "record") this.#compareRecords(saved as RecordTree, live as RecordTree, path);
    else if (make === "array") this.#compareLists(saved as ListTree, live as ListTree, path);
    else if (make === "map") this.#compareMaps(saved as MapTree, live as MapTree, path);
    else if (saved.kind === "stateDict" || saved.kind === "reassigned") {
      const wasIn = this.#inStateDict;
      this.#inStateDict = true;
      this.compare(saved.value, (live as typeof saved).value, path);
      this.#inStateDict = wasIn;
    }
  }

  /** To be called once everything was compared. */
  finish(): void {
    for (const { path, live, saved } of this.#twins.torn()) this.#report("kind", path, live, saved);
  }

  #compareMakes(saved: StateTree, live: StateTree, path: string): void {
    const isStateful = [saved, live].some((tree) => /^stateDict|^reassigned/.test(makeOf(tree)));
    if (isStateful || !this.#mayReplace(live, path))
      this.#report("kind", path, describe(live), describe(saved));
    else this.#requireData(saved, path);
  }

  #compareSignatures(saved: TensorTree, live: TensorTree, path: string): void {
    if (this.#mayReplace(live, path)) return this.#requireData(saved, path);
    const kind = saved.dtype === live.dtype ? "shape" : "dtype";
    this.#report(kind, path, describe(live), describe(saved));
  }

  #compareRecords(saved: RecordTree, live: RecordTree, path: string): void {
    const savedValues = new Map(saved.keys.map((key, i) => [key, saved.values[i]]));
    const liveKeys = new Set(live.keys);
    for (const [i, key] of live.keys.entries()) {
      const at = memberPath(path, key);
      if (savedValues.has(key)) this.compare(savedValues.get(key), live.values[i], at);
      else if (!this.#inMap && !Object.hasOwn(this.#born, at))
        this.#report("missing", at, describe(live.values[i]), "nothing");
    }
    for (const [key, value] of savedValues) {
      if (liveKeys.has(key)) continue;
      const at = memberPath(path, key);
      const isEntry = path === this.#root && !this.#inStateDict;
      if (isEntry || (!this.#inMap && Object.hasOwn(this.#born, at)))
        this.#report("unexpected", at, "nothing", describe(value));
      else this.#requireData(value, at);
    }
  }

  #compareLists(saved: ListTree, live: ListTree, path: string): void {
    const savedLength = lengthOf(saved);
    const liveLength = lengthOf(live);
    const bornLength = Number(/^array\((\d+)\)$/.exec(this.#born[path] ?? "")?.[1] ?? 0);
    const shared = Math.min(savedLength, liveLength);
    // What goes beyond was cut off or added by the run, unless its program never had it, or always.
    if (this.#inMap) {
      // Nothing is known of how it began.
    } else if (liveLength > Math.max(shared, bornLength))
      this.#report(
        "missing",
        memberPath(path, Math.max(shared, bornLength)),
        describe(live),
        describe(saved),
      );
    else if (savedLength > shared && bornLength > shared)
      this.#report("unexpected", memberPath(path, shared), describe(live), describe(saved));
    for (let i = 0; i < savedLength; i++) {
      const value = elementOf(saved, i);
      if (i >= shared) this.#requireData(value, memberPath(path, i));
      else if (isNode(value) || isNode(elementOf(live, i)))
        this.compare(value, elementOf(live, i), memberPath(path, i));
    }
  }

  #compareMaps(saved: MapTree, live: MapTree, path: string): void {
    const wasIn = this.#inMap;
    this.#inMap = true;
    const liveValues = new Map(live.keys.map((key, i) => [key, live.values[i]]));
    for (const [i, key] of saved.keys.entries()) {
      const at = entryPath(path, key);
      if (liveValues.has(key)) this.compare(saved.values[i], liveValues.get(key), at);
      else this.#requireData(saved.values[i], at);
    }
    this.#inMap = wasIn;
  }

  // Whether what is at `path` now may give way to something of another make: if the program still
  // begins as it was born, it was the run that replaced it.
  #mayReplace(live: StateTree, path: string): boolean {
    if (path === this.#root && !this.#inStateDict) return false;
    if (this.#inMap || makeOf(live) === "primitive") return true;
    return withoutLength(signature(live)) === withoutLength(this.#born[path] ?? "");
  }

  // There is no live value at `path`: data can be made anew, but nobody knows how to make an object
  // that loads its own state.
  #requireData(saved: StateTree, path: string): void {
    if (!isNode(saved) || this.#twins.isMade(saved, path)) return;
    if (saved.kind === "stateDict" || saved.kind === "reassigned")
      return this.#report("kind", path, "nothing that could load it", describe(saved));
    for (const [child, at] of childrenOf(saved, path)) this.#requireData(child, at);
  }

  #report(kind: Difference["kind"], path: string, live: string, saved: string): void {
    this.differences.push({ kind, path, expected: saved, found: live });
  }
}

/** What can be compared with what: the kind, but a list is a list however it is stored. */
function makeOf(tree: StateTree): string {
  if (!isNode(tree) || tree.kind === "hole") return "primitive";
  return tree.kind === "tensor" && tree.form === "numbers" ? "array" : tree.kind;
}

function lengthOf(list: ListTree): number {
  return list.kind === "array" ? list.values.length : (shapeOf(list)[0] ?? 0);
}

function elementOf(list: ListTree, index: number): StateTree {
  return list.kind === "array" ? list.values[index] : 0;
}

function withoutLength(text: string): string {
  return text.replace(/^array\(\d+\)$/, "array");
}
