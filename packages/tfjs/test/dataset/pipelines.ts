import { numbers } from "../fit/models.ts";
import * as tf from "../tf.ts";

type Row = Readonly<Record<"xs" | "ys", number[] | Readonly<Record<string, number[]>>>>;
type Pipeline = tf.data.Dataset<tf.TensorContainer>;

/** Samples for a dense model of 4 inputs and 2 outputs, which are always the same. */
export function rows(length: number, seed = 1): Row[] {
  const values = numbers(6 * length, seed);
  return Array.from({ length }, (_, i) => {
    const row = Array.from(values.subarray(6 * i, 6 * i + 6));
    return { xs: row.slice(0, 4), ys: row.slice(4) };
  });
}

export function samples(length: number, seed = 1): tf.data.Dataset<never> {
  return tf.data.array(rows(length, seed)) as never;
}

/** Batches of 3, 3, 3 and 1. */
export function plain(): Pipeline {
  return samples(10).batch(3);
}

/** A pipeline with all that may stand in one; each iterator has an order of its own. */
export function shuffled(seed = "42"): Pipeline {
  return samples(10)
    .map((row: Row) => ({ xs: (row.xs as number[]).map((x) => 2 * x), ys: row.ys }) as never)
    .shuffle(6, seed)
    .batch(3)
    .prefetch(2);
}

/** Without an end, in an order that changes from repetition to repetition. */
export function endless(): Pipeline {
  return samples(10).shuffle(6, "7").repeat().batch(3).prefetch(2);
}
