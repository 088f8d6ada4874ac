import { bitsAt, type FloatBytes, showFloat, unitsInLastPlace } from "./float-bits.ts";
import { tagOf } from "./kind-of-value.ts";

/** Where two arrays of equal length differ first, and how their elements there read. */
export interface ElementDifference {
  readonly index: number;
  readonly a: string;
  readonly b: string;
  readonly ulps?: number;
}

type Elements = ArrayLike<number | bigint> & ArrayBufferView & { BYTES_PER_ELEMENT: number };

/** Compares two typed arrays of one kind and length by their bytes: NaN payloads and −0 count. */
export function firstElementDifference(a: Elements, b: Elements): ElementDifference | undefined {
  const [bytesA, bytesB] = [bytesOf(a), bytesOf(b)];
  const at = firstByteDifference(bytesA, bytesB);
  if (at === undefined) return undefined;
  const index = Math.floor(at / a.BYTES_PER_ELEMENT);
  const [valueA, valueB] = [a[index] ?? 0, b[index] ?? 0];
  const size = floatBytes(a);
  if (size === undefined || typeof valueA === "bigint" || typeof valueB === "bigint") {
    return { index, a: showInteger(valueA), b: showInteger(valueB) };
  }
  const bitsA = bitsAt(bytesA, index * size, size);
  const bitsB = bitsAt(bytesB, index * size, size);
  const ulps = unitsInLastPlace(bitsA, bitsB, size);
  return {
    index,
    a: showFloat(valueA, bitsA, size),
    b: showFloat(valueB, bitsB, size),
    ...(ulps === undefined ? {} : { ulps }),
  };
}

/** The bytes that a view shows, without a copy. */
export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** The index of the first byte in which two arrays of equal length differ. */
export function firstByteDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const { length } = a;
  for (let index = 0; index < length; index += 1) if (a[index] !== b[index]) return index;
  return undefined;
}

function floatBytes(view: Elements): FloatBytes | undefined {
  const size = view.BYTES_PER_ELEMENT;
  const isFloat = tagOf(view).startsWith("Float");
  return isFloat && (size === 2 || size === 4 || size === 8) ? size : undefined;
}

function showInteger(value: number | bigint): string {
  return typeof value === "bigint" ? `${value}n` : String(value);
}
