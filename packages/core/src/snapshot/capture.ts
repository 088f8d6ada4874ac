import type { StateTree, TensorTree } from "./state-tree.ts";
import { Walk } from "./walk.ts";

/** A state taken apart. Its tensors are still the live ones: take a snapshot before training goes on. */
export interface Captured {
  readonly roots: Readonly<Record<string, StateTree>>;
  /** The tensors to store, each once, the larger elements first: the order of the file. */
  readonly leaves: readonly TensorTree[];
  /** Bytes that a snapshot copies; tensor references are not among them. */
  readonly byteLength: number;
  /** Gives the tensor references back. To be called unless a snapshot was asked for. */
  release(): void;
}

/**
 * Takes apart the state under each name of `roots`. Throws `UNSUPPORTED_STATE`, with the path, for
 * anything that cannot be brought back exactly; `strict` looks also at what is too slow to check at
 * every save: getters, read-only properties, frozen containers, properties of arrays, symbols.
 */
export function capture(
  roots: Readonly<Record<string, unknown>>,
  options: { readonly strict?: boolean } = {},
): Captured {
  const walk = new Walk(options.strict ?? false);
  try {
    const trees = Object.entries(roots).map(([name, value]) => [name, walk.root(name, value)]);
    return {
      roots: Object.fromEntries(trees) as Record<string, StateTree>,
      ...walk.finish(),
      release: () => walk.release(),
    };
  } catch (error) {
    walk.release();
    throw error;
  }
}
