import { dispose, type TensorContainer } from "@tensorflow/tfjs-core";
import type { DatasetIterator } from "./dataset.ts";

/** What is used of an iterator of tf.data beyond its public type, where it is there. */
interface Stage {
  /** Elements that were fetched ahead. */
  readonly buffer?: { isEmpty(): boolean; shift(): unknown };
  /** Where its elements come from. */
  readonly upstream?: Stage;
  /** The one of several, one behind the other, that is being read. */
  readonly iterator?: Stage | null;
  /** Several side by side, at any depth. */
  readonly iterators?: unknown;
}

/**
 * Leaves an iterator before its end. tf.data has no way to say so, and would keep the tensors that
 * `prefetch` and `shuffle` have fetched ahead for ever.
 */
export async function leave(iterator: DatasetIterator): Promise<void> {
  // Not waited for: what is being fetched may take its time, or never come.
  void disposeFetched(iterator as Stage);
  await iterator.return?.();
}

/** From the end of the pipeline to its source: what a later stage still fetches passes through the earlier ones. */
async function disposeFetched(stage: Stage): Promise<void> {
  const { buffer, upstream, iterator, iterators } = stage;
  const fetched: unknown[] = [];
  while (buffer?.isEmpty() === false) fetched.push(buffer.shift());
  for (const result of await Promise.allSettled(fetched)) {
    // The failure of an element that nobody asked for is nobody's.
    if (result.status === "rejected") continue;
    dispose((result.value as IteratorResult<TensorContainer>).value as TensorContainer);
  }
  for (const source of [upstream, iterator, ...stagesIn(iterators)]) {
    if (source) await disposeFetched(source);
  }
}

function stagesIn(container: unknown): Stage[] {
  if (typeof container !== "object" || container === null) return [];
  if ("next" in container) return [container as Stage];
  return Object.values(container).flatMap(stagesIn);
}
