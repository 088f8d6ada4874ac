import { isCount } from "../codec/guards.ts";
import { environment } from "../environment.ts";
import type { TypedArray } from "./training-state.ts";

/** The element types of a checkpoint, as safetensors names them. */
export type DType =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "I64"
  | "U64"
  | "I32"
  | "U32"
  | "I16"
  | "U16"
  | "I8"
  | "U8"
  | "BOOL";

interface ArrayConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}

/** One kind of typed array. */
export interface ArrayType {
  readonly name: string;
  /** Its place in {@link arrayTypes}, for tables that hold something for each type. */
  readonly index: number;
  /** Bytes of one element. */
  readonly size: number;
  /** The dtype of a bare array of this type. */
  readonly dtype: DType;
  readonly construct: ArrayConstructor;
}

// Each with the dtypes of the tensors that it may hold, its own one first.
const known: readonly (readonly [ArrayConstructor, DType, ...DType[]])[] = [
  [Float64Array, "F64"],
  [BigInt64Array, "I64"],
  [BigUint64Array, "U64"],
  [Float32Array, "F32"],
  [Int32Array, "I32"],
  [Uint32Array, "U32"],
  // Where the runtime lacks it, the bits of a half are kept as a 16-bit integer.
  [environment.Float16Array ?? Uint16Array, "F16"],
  [Int16Array, "I16"],
  [Uint16Array, "U16", "F16", "BF16"],
  [Int8Array, "I8"],
  [Uint8Array, "U8", "BOOL"],
  [Uint8ClampedArray, "U8"],
];

const byName = new Map<unknown, ArrayType>();
const byDType = new Map<unknown, ArrayType[]>();

/** All kinds of typed arrays, the larger elements first. */
export const arrayTypes: readonly ArrayType[] = known.map(([construct, ...dtypes], index) => {
  const { BYTES_PER_ELEMENT: size } = construct;
  // A file names the type that the program used, whatever stands in for it here.
  const name = dtypes[0] === "F16" ? "Float16Array" : construct.name;
  const type = { name, index, size, dtype: dtypes[0], construct };
  byName.set(name, type);
  for (const dtype of dtypes) byDType.set(dtype, [...holdersOf(dtype), type]);
  return type;
});

/**
 * The kinds of typed arrays that hold elements of `dtype`, first the one that a tensor of a file
 * comes back in; none when there is no such dtype.
 */
export function holdersOf(dtype: unknown): readonly ArrayType[] {
  return byDType.get(dtype) ?? [];
}

// The getter of the engine itself tells the type of arrays of every realm, and of subclasses such as
// Node's Buffer, whatever their prototypes say.
const { get: tagOf } = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
) as { readonly get: (this: unknown) => string | undefined };

/** The type of a typed array, or `undefined` for anything else. */
export function arrayTypeOf(value: unknown): ArrayType | undefined {
  return byName.get(tagOf.call(value));
}

/** The bytes of a typed array, shared with it. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Whether several threads may have the memory. */
export function isShared(buffer: ArrayBufferLike): boolean {
  return Object.prototype.toString.call(buffer) === "[object SharedArrayBuffer]";
}

/** The number of bytes of a tensor, or `undefined` when `shape` is no shape or the product too large. */
export function byteLengthOf(shape: readonly unknown[], size: number): number | undefined {
  let length = size;
  for (const extent of shape as readonly number[]) {
    length *= extent;
    if (!isCount(extent) || !isCount(length)) return undefined;
  }
  return length;
}
