import type { Tensor as SavedTensor, TypedArray } from "@reprise/core";
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import { storableTypeOf, typeOfStored } from "./storable.ts";

/** A tensor of tfjs with the values of a saved one, and nothing of it in common. */
export function tensorOf({ dtype, shape, data }: SavedTensor): Tensor {
  // The cpu backend keeps the very array that it is given.
  return tensor(data.slice() as Float32Array, [...shape], typeOfStored(dtype));
}

/** The type and the shape of a tensor, as messages of Reprise have them: `F32[784,10]`. */
export function signatureOf({ dtype, shape }: Pick<Tensor, "dtype" | "shape">): string {
  return `${storableTypeOf(dtype, "the tensor").dtype}[${shape.join()}]`;
}

/** The same of a saved tensor, and `nothing` for anything else. */
export function savedSignature(saved: unknown): string {
  const { dtype, shape, data } = (saved ?? {}) as Partial<SavedTensor>;
  const isTensor = Array.isArray(shape) && ArrayBuffer.isView(data) && isWhole(shape, data);
  return isTensor && typeOfStored(dtype) ? `${dtype}[${shape.join()}]` : "nothing";
}

function isWhole(shape: readonly number[], { length }: TypedArray): boolean {
  return shape.reduce((size, extent) => size * extent, 1) === length;
}
