import type { StateValue, Tensor } from "@reprise/core";
import { childrenOf, isRecord } from "./owners.ts";

/** Kinds of numbers that go wrong on the way through text, another width, or arithmetic. */
export type AwkwardKind = "floats" | "integers";

// Quiet NaNs with a payload and of either sign, −0, the smallest and largest subnormal, both infinities, and
// the largest number. Signalling NaNs change when they are merely copied one by one.
const halves = [0x7e12, 0xfe34, 0x8000, 1, 0x03ff, 0x7c00, 0xfc00, 0x7bff];
const brainFloats = [0x7fc1, 0xffc2, 0x8000, 1, 0x007f, 0x7f80, 0xff80, 0x7f7f];
const singles = [
  0x7fc0_0123, 0xffc0_0456, 0x8000_0000, 1, 0x007f_ffff, 0x7f80_0000, 0xff80_0000, 0x7f7f_ffff,
];
const doubles = [
  0x7ff8_0000_0000_0123n,
  0xfff8_0000_0000_0456n,
  0x8000_0000_0000_0000n,
  1n,
  0x000f_ffff_ffff_ffffn,
  0x7ff0_0000_0000_0000n,
  0xfff0_0000_0000_0000n,
  0x7fef_ffff_ffff_ffffn,
];
// Lists of numbers hold one NaN only, as far as a program can tell.
const numbers = [NaN, -0, 5e-324, 2.225_073_858_507_201e-308, Infinity, -Infinity, 1 / 3];
const integers = [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 1n];

/** How many awkward numbers there are of a kind: so often a state is filled to hold each everywhere. */
export const awkwardNumbers: Readonly<Record<AwkwardKind, number>> = {
  floats: doubles.length,
  integers: integers.length,
};

/**
 * Overwrites every tensor of that kind in `data`, and every list of numbers that are not all whole,
 * beginning with number `shift`. Returns how many elements that were.
 */
export function fillAwkwardly(data: StateValue, kind: AwkwardKind, shift: number): number {
  if (ArrayBuffer.isView(data)) return fillView(data, tagOf(data), kind, shift);
  if (isTensor(data)) return fillView(data.data, data.dtype, kind, shift);
  if (kind === "floats" && isFractional(data)) return fill(data, numbers, shift);
  return childrenOf(data)
    .map(([, child]) => fillAwkwardly(child as StateValue, kind, shift))
    .reduce((sum, count) => sum + count, 0);
}

function fillView(view: ArrayBufferView, type: string, kind: AwkwardKind, shift: number): number {
  const { buffer, byteOffset, byteLength } = view;
  const words = (size: number): [ArrayBufferLike, number, number] => [
    buffer,
    byteOffset,
    byteLength / size,
  ];
  if (kind === "integers") {
    const isWide = /^(Big|I64|U64)/.test(type);
    return isWide ? fill(new BigInt64Array(...words(8)), integers, shift) : 0;
  }
  switch (type) {
    case "Float64Array":
    case "F64":
      return fill(new BigUint64Array(...words(8)), doubles, shift);
    case "Float32Array":
    case "F32":
      return fill(new Uint32Array(...words(4)), singles, shift);
    case "Float16Array":
    case "F16":
      return fill(new Uint16Array(...words(2)), halves, shift);
    case "BF16":
      return fill(new Uint16Array(...words(2)), brainFloats, shift);
    default:
      return 0;
  }
}

function fill<T>(
  elements: Record<number, T> & ArrayLike<T>,
  values: readonly T[],
  shift: number,
): number {
  const { length } = elements;
  for (let index = 0; index < length; index += 1) {
    elements[index] = values[(index + shift) % values.length] as T;
  }
  return length;
}

function isFractional(data: unknown): data is number[] {
  const isNumbers = Array.isArray(data) && data.every((value) => typeof value === "number");
  return isNumbers && !data.every((value) => Number.isInteger(value));
}

/** Whether it is a typed array with its shape. */
export function isTensor(data: unknown): data is Tensor {
  return isRecord(data) && Object.keys(data).toSorted().join() === "data,dtype,shape";
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
