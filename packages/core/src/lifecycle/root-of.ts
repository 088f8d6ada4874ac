import { RepriseError } from "../errors.ts";
import type { StateTree } from "../snapshot/state-tree.ts";

/** A root that every checkpoint has. */
export function rootOf(roots: Readonly<Record<string, StateTree>>, name: string): StateTree {
  const root = roots[name];
  if (root !== undefined) return root;
  throw new RepriseError("CHECKPOINT_FOREIGN", `The checkpoint has no ${name}.`);
}
