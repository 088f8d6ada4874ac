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

const known: readonly (readonly [string, DType, ArrayConstructor])[] = [
  ["Float64Array", "F64", Float64Array],
  ["BigInt64Array", "I64", BigInt64Array],
  ["BigUint64Array", "U64", BigUint64Array],
  ["Float32Array", "F32", Float32Array],
  ["Int32Array", "I32", Int32Array],
  ["Uint32Array", "U32", Uint32Array],
  // Where the runtime lacks it, the bits of a half are kept as a 16-bit integer.
  ["Float16Array", "F16", environment.Float16Array ?? Uint16Array],
  ["Int16Array", "I16", Int16Array],
  ["Uint16Array", "U16", Uint16Array],
  ["Int8Array", "I8", Int8Array],
  ["Uint8Array", "U8", Uint8Array],
  ["Uint8ClampedArray", "U8", Uint8ClampedArray],
];

/** All kinds of typed arrays, the larger elements first. */
export const arrayTypes: readonly ArrayType[] = known.map(([name, dtype, construct], index) => ({
  name,
  index,
  size: construct.BYTES_PER_ELEMENT,
  dtype,
  construct,
}));

const byName: ReadonlyMap<string, ArrayType> = new Map(arrayTypes.map((type) => [type.name, type]));

/** The type of this name, or `undefined` for a name that no typed array has. */
export function arrayTypeNamed(name: unknown): ArrayType | undefined {
  return byName.get(name as string);
}

// The getter of the engine itself tells the type of arrays of every realm, and of subclasses such as
// Node's Buffer, whatever their prototypes say.
const { get: tagOf } = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
) as { readonly get: (this: unknown) => string | undefined };

/** The type of a typed array, or `undefined` for anything else. */
export function arrayTypeOf(value: unknown): ArrayType | undefined {
  return byName.get(tagOf.call(value) as string);
}

// What may hold the elements of a tensor of each dtype; the first is what a file's tensor comes back in.
const holderNames: readonly (readonly [string, readonly string[]])[] = [
  ...arrayTypes.map(({ dtype, name }) => [dtype, [name]] as const),
  ["U8", ["Uint8Array", "Uint8ClampedArray"]],
  ["F16", ["Float16Array", "Uint16Array"]],
  ["BF16", ["Uint16Array"]],
  ["BOOL", ["Uint8Array"]],
];
const holders: ReadonlyMap<string, readonly ArrayType[]> = new Map(
  holderNames.map(([dtype, names]) => [
    dtype,
    arrayTypes.filter((type) => names.includes(type.name)),
  ]),
);

/** The kinds of typed arrays that hold elements of `dtype`; none when there is no such dtype. */
export function holdersOf(dtype: unknown): readonly ArrayType[] {
  return holders.get(dtype as string) ?? [];
}

/** The number of bytes of a tensor, or `undefined` when `shape` is no shape or the product too large. */
export function byteLengthOf(shape: readonly unknown[], size: number): number | undefined {
  let length = size;
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || (extent as number) < 0) return undefined;
    length *= extent as number;
    if (!Number.isSafeInteger(length)) return undefined;
  }
  return length;
}
