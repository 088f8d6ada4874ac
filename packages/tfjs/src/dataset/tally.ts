import type { Tensor } from "@tensorflow/tfjs-core";
import { read } from "../states/backend-in-use.ts";

/**
 * How many elements were read of a dataset, and a checksum of them all: 64 bits that depend on every
 * bit of every element and on their order.
 */
export interface Tally {
  readonly elements: number;
  readonly high: number;
  readonly low: number;
}

export const emptyTally: Tally = { elements: 0, high: 0x9e3779b9, low: 0x85ebca6b };

export function isSameTally(a: Tally, b: Tally): boolean {
  return a.elements === b.elements && a.high === b.high && a.low === b.low;
}

/** The tally when one more element was read, of which these are the tensors in their order. */
export async function tallyWith(tally: Tally, element: readonly Tensor[]): Promise<Tally> {
  const values = await Promise.all(element.map((tensor) => read(tensor, "The data")));
  const hash = { high: tally.high, low: tally.low };
  for (const [index, value] of values.entries()) {
    const shape = element[index]?.shape ?? [];
    addWords(hash, [shape.length, ...shape]);
    addWords(hash, wordsOf(value));
  }
  return {
    elements: tally.elements + 1,
    high: hash.high >>> 0,
    low: hash.low >>> 0,
  };
}

/** Two multiplicative hashes, one fed by the other: quick enough to be taken of every batch. */
function addWords(hash: { high: number; low: number }, words: ArrayLike<number>): void {
  let { high, low } = hash;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? 0;
    high = Math.imul((high ^ word) + (high >>> 15), 0x85ebca77);
    low = Math.imul((low ^ word) + (low >>> 13) + high, 0x9e3779b1);
  }
  hash.high = high;
  hash.low = low;
}

/** The bits of numbers, as words where they fill words. */
function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): ArrayLike<number> {
  return byteLength % 4 === 0 && byteOffset % 4 === 0
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint8Array(buffer, byteOffset, byteLength);
}
