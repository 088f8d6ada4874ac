import { dispose, type TensorContainer } from "@tensorflow/tfjs-core";
import type { DatasetIterator } from "./dataset.ts";
import { sourcesOf, type Stage, stageOf } from "./stages.ts";

/**
 * Leaves an iterator before its end. tf.data has no way to say so, and would keep the tensors that
 * `prefetch` and `shuffle` have fetched ahead for ever.
 */
export async function leave(iterator: DatasetIterator): Promise<void> {
  // Not waited for: what is being fetched may take its time, or never come.
  void disposeFetched(stageOf(iterator));
  await iterator.return?.();
}

/** From the end of the pipeline to its source: what a later stage still fetches passes through the earlier ones. */
async function disposeFetched(stage: Stage): Promise<void> {
  const { buffer } = stage;
  const fetched: unknown[] = [];
  while (buffer?.isEmpty() === false) fetched.push(buffer.shift());
  for (const result of await Promise.allSettled(fetched)) {
    // The failure of an element that nobody asked for is nobody's.
    if (result.status === "rejected") continue;
    dispose((result.value as IteratorResult<TensorContainer>).value as TensorContainer);
  }
  for (const source of sourcesOf(stage)) await disposeFetched(source);
}
