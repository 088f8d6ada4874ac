import { RepriseError, show } from "@reprise/core";
import { Tensor } from "@tensorflow/tfjs-core";

/** The names of the inputs and outputs of a model, in their order. */
export interface ModelNames {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** A batch in the order of the model's inputs and outputs. */
export interface BatchOfTensors {
  readonly xs: readonly Tensor[];
  readonly ys: readonly Tensor[];
  /** The number of samples. */
  readonly size: number;
}

/**
 * The tensors of an element of a dataset, `{ xs, ys }`: each a tensor, an array of them or a record by
 * the names of inputs and outputs. Throws `INVALID_ARGUMENT` for what the model cannot be trained on.
 */
export function tensorsOf(
  element: unknown,
  { inputNames, outputNames }: ModelNames,
): BatchOfTensors {
  const { xs, ys } = (element ?? {}) as { readonly xs?: unknown; readonly ys?: unknown };
  const batch = { xs: inOrder(xs, inputNames, "xs"), ys: inOrder(ys, outputNames, "ys") };
  const all = [...batch.xs, ...batch.ys];
  const sizes = new Set(all.map(({ shape }) => shape[0] ?? 0));
  const [size = 0] = sizes;
  if (sizes.size > 1) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected the tensors of an element of the dataset to have as many samples each, found ` +
        `${all.map(({ shape }) => `[${shape.join()}]`).join(", ")}.`,
    );
  }
  return { ...batch, size };
}

/** All tensors of {@link tensorsOf}, in their order. */
export function allTensorsOf(element: unknown, names: ModelNames): readonly Tensor[] {
  const { xs, ys } = tensorsOf(element, names);
  return [...xs, ...ys];
}

function inOrder(value: unknown, names: readonly string[], part: "xs" | "ys"): readonly Tensor[] {
  const tensors = value instanceof Tensor ? [value] : byNames(value, names);
  if (tensors.length === names.length && tensors.every((it) => it instanceof Tensor))
    return tensors;
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `Expected ${part} of an element of the dataset to be ${expectationOf(names)}, found ${found(value)}. ` +
      `A dataset for fitDataset gives batches: tf.data.zip({ xs, ys }).batch(32).`,
  );
}

function byNames(value: unknown, names: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return names.map(
    (name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name],
  );
}

function expectationOf(names: readonly string[]): string {
  if (names.length === 1) return `a tensor, or a record of one by the name ${names.join()}`;
  return `${names.length} tensors, in an array or a record by the names ${names.join(", ")}`;
}

function found(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return show(value);
  return value instanceof Tensor ? "one tensor" : `a record of ${Object.keys(value).join(", ")}`;
}
