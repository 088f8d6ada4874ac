import { type DType, RepriseError, show, type TypedArray } from "@reprise/core";
import type { DataType } from "@tensorflow/tfjs-core";
import { unsavable } from "./unsavable.ts";

interface StorableType {
  readonly dtype: DType;
  readonly array: Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor;
}

const storableTypes: Readonly<Partial<Record<DataType, StorableType>>> = {
  float32: { dtype: "F32", array: Float32Array },
  int32: { dtype: "I32", array: Int32Array },
  bool: { dtype: "BOOL", array: Uint8Array },
};

/** How a tensor of type `dtype` is stored. Throws `UNSUPPORTED_STATE` for strings and complex numbers. */
export function storableTypeOf(dtype: DataType, path: string): StorableType {
  const type = storableTypes[dtype];
  if (type) return type;
  throw unsavable(
    path,
    `it is a tensor of type ${dtype}`,
    `Only ${Object.keys(storableTypes).join(", ")} can be saved: keep the rest outside of the variables.`,
  );
}

/** The type in tfjs of a tensor that was stored as `dtype`; none for types that tfjs does not have. */
export function typeOfStored(dtype: DType | undefined): DataType | undefined {
  const types = Object.entries(storableTypes) as [DataType, StorableType][];
  return types.find(([, type]) => type.dtype === dtype)?.[0];
}

/**
 * The values that a backend gave for a tensor. Throws `SAVE_FAILED` when their array is not that of the
 * tensor's type: its bytes would be taken for other numbers.
 */
export function inOwnArray(values: ArrayLike<number>, dtype: DataType, path: string): TypedArray {
  const { array } = storableTypeOf(dtype, path);
  if (tagOf(values) === array.name) return values as TypedArray;
  throw new RepriseError(
    "SAVE_FAILED",
    `${path} could not be read: the backend gave ${show(values)} for a tensor of type ${dtype}.`,
    { details: { path } },
  );
}

// Arrays may be of another realm, where `instanceof` does not hold.
function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
