import type { StateTree } from "./state-tree.ts";
import { type Collected, TensorCollection } from "./tensor-collection.ts";
import { Walk } from "./walk.ts";

/** A state taken apart. Its tensors are still the live ones: copy them before training goes on. */
export interface Captured extends Collected {
  readonly roots: Readonly<Record<string, StateTree>>;
  /** Gives the tensor references back. To be called unless a snapshot was taken. */
  release(): void;
}

export interface CaptureOptions {
  /**
   * Whether to look also at what is too slow to check at every save: getters, read-only properties,
   * frozen containers, properties of arrays, symbols. @default false
   */
  readonly strict?: boolean;
  /** The last capture of the same roots. A state of many small arrays is captured faster with it. */
  readonly previous?: Captured | undefined;
}

/**
 * Takes apart the state under each name of `roots`, names being identifiers. Throws
 * `UNSUPPORTED_STATE`, with the path, for anything that cannot be brought back exactly.
 */
export function capture(
  roots: Readonly<Record<string, unknown>>,
  options: CaptureOptions = {},
): Captured {
  const strict = options.strict ?? false;
  return (
    attempt(roots, strict, options.previous?.met ?? []) ?? (attempt(roots, strict, []) as Captured)
  );
}

function attempt(
  roots: Readonly<Record<string, unknown>>,
  strict: boolean,
  expected: Collected["met"],
): Captured | undefined {
  const tensors = new TensorCollection(expected);
  const release = (): void => tensors.release();
  try {
    const walk = new Walk(strict, tensors);
    const trees = Object.create(null) as Record<string, StateTree>;
    for (const [name, value] of Object.entries(roots)) trees[name] = walk.root(name, value);
    const collected = tensors.finish();
    if (collected !== undefined) return { roots: trees, ...collected, release };
  } catch (error) {
    release();
    throw error;
  }
  release();
  return undefined;
}
