import { Leaves } from "./leaves.ts";
import type { StateTree, TensorTree } from "./state-tree.ts";
import { createWalk } from "./walk.ts";

/** A state taken apart. Its tensors are still the live ones: copy them before training goes on. */
export interface Captured {
  readonly roots: Readonly<Record<string, StateTree>>;
  /** The tensors to store, each once, the larger elements first: the order of the file. */
  readonly leaves: readonly TensorTree[];
  /** Gives the tensor references back. To be called unless a snapshot was taken. */
  release(): void;
}

export interface CaptureOptions {
  /**
   * Whether to look also at what is too slow to check at every save: getters, read-only properties,
   * frozen containers, properties of arrays, symbols. @default false
   */
  readonly strict?: boolean;
}

/**
 * Takes apart the state under each name of `roots`, names being identifiers. Throws
 * `UNSUPPORTED_STATE`, with the path, for anything that cannot be brought back exactly.
 */
export function capture(
  roots: Readonly<Record<string, unknown>>,
  { strict = false }: CaptureOptions = {},
): Captured {
  const found = new Leaves();
  const release = (): void => found.release();
  const walk = createWalk(strict, found);
  const trees = Object.create(null) as Record<string, StateTree>;
  try {
    for (const name of Object.keys(roots)) trees[name] = walk(name, roots[name]);
  } catch (error) {
    release();
    throw error;
  }
  return { roots: trees, leaves: found.toStore(), release };
}
