import { entriesOf, isNode, isStateful, type StateNode, type StateTree } from "./state-tree.ts";

/**
 * The tree `data`, of plain data, with an owner for whatever belongs to one in the live tree `program`:
 * as a checkpoint of the program would hold it. Of owners that `data` has itself only what they give counts.
 */
export function withOwners(data: StateTree, program: StateTree): StateTree {
  // What is held twice has to stay one value.
  const plain = new Map<StateNode, StateNode>();
  const owned = new Map<StateTree, StateNode>();
  return give(data, program);

  function give(value: StateTree, owner: StateTree): StateTree {
    if (isStateful(value)) return give(value.value, owner);
    if (isStateful(owner)) {
      const given = give(value, owner.value);
      const node = owned.get(given) ?? { kind: owner.kind, value: given };
      if (isNode(given)) owned.set(given, node);
      return node;
    }
    if (!isNode(value) || !("values" in value) || value.kind === "set") return value;
    const known = plain.get(value);
    if (known) return known;
    const owners = new Map(isNode(owner) ? entriesOf(owner) : []);
    const values = Array.from(entriesOf(value), ([key, child]) => give(child, owners.get(key)));
    const node = { ...value, values };
    plain.set(value, node);
    return node;
  }
}
