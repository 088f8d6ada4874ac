import type { DatasetIterator } from "./dataset.ts";

/**
 * What an iterator of tf.data holds: it is the last stage of a pipeline. These fields are not of its
 * public type; whatever lacks them is a source that nothing is known about.
 */
export interface Stage {
  /** Elements that were fetched ahead. */
  readonly buffer?: { isEmpty(): boolean; shift(): unknown };
  /** Where its elements come from. */
  readonly upstream?: Stage;
  /** Of several, one behind the other: the one that is being read. */
  readonly iterator?: Stage | null;
  /** Of several, side by side: all of them, at any depth. */
  readonly iterators?: unknown;
  /** Of an array: its elements. */
  readonly items?: unknown;
}

export function stageOf(iterator: DatasetIterator): Stage {
  return iterator as Stage;
}

/** The stages that a stage takes its elements from. */
export function sourcesOf({ upstream, iterator, iterators }: Stage): Stage[] {
  return [upstream, iterator, ...stagesIn(iterators)].filter(
    (it) => it !== undefined && it !== null,
  );
}

/**
 * Whether what a new iterator gives follows from the iterators that were made before it, read or not, as
 * far as that can be seen: it comes from arrays, and no stage makes iterators while it is read, as
 * `repeat` does. What is in a generator cannot be seen, nor whether a function in `map` keeps a state.
 */
export function isFromArrays(stage: Stage): boolean {
  const sources = sourcesOf(stage);
  return sources.length > 0 ? sources.every(isFromArrays) : Array.isArray(stage.items);
}

function stagesIn(container: unknown): Stage[] {
  if (typeof container !== "object" || container === null) return [];
  if ("next" in container) return [container as Stage];
  return Object.values(container).flatMap(stagesIn);
}
