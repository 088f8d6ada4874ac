import { show } from "../errors.ts";

/**
 * What a data source is, as far as the order of its items depends on it. Saved with the position, and
 * compared before an interrupted phase goes on.
 */
export interface DataDescriptor {
  /** The kind of source, such as `"array"` or `"shuffledBatches"`. */
  readonly kind: string;
  /** The number of samples. */
  readonly length?: number;
  /** The number of samples in a batch. */
  readonly batchSize?: number;
  /** The seed of the order. */
  readonly seed?: number;
  readonly [more: string]: string | number | boolean | undefined;
}

/**
 * Every difference between the source that a checkpoint was made with and the one of now, each as a
 * sentence such as `batchSize was 32 in the checkpoint and is 64 now`. Empty when they are the same.
 */
export function descriptorDifferences(saved: DataDescriptor, current: DataDescriptor): string[] {
  const names = new Set([...Object.keys(saved), ...Object.keys(current)]);
  return [...names]
    .filter((name) => !Object.is(valueOf(saved, name), valueOf(current, name)))
    .map((name) => {
      const before = valueOf(saved, name);
      const now = valueOf(current, name);
      const was = before === undefined ? "was not set" : `was ${show(before)}`;
      const is = now === undefined ? "is not set now" : `is ${show(now)} now`;
      return `${name} ${was} in the checkpoint and ${is}`;
    });
}

// A name from a file may be that of an inherited property, such as "constructor".
function valueOf(descriptor: DataDescriptor, name: string): string | number | boolean | undefined {
  return Object.hasOwn(descriptor, name) ? descriptor[name] : undefined;
}
