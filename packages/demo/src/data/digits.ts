import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { keyedRandom } from "@reprise/core";

/** Handwritten digits as rows of grey values: `images` is [length, 784], each value from 0 to 1. */
export interface DigitSet {
  readonly length: number;
  readonly images: Float32Array;
  /** The digit on each image, 0 to 9. */
  readonly labels: Uint8Array;
}

/** The 10,000 digits of the package `mnist`, in three sets that never overlap. */
export interface Digits {
  /** 8,000 digits. */
  readonly train: DigitSet;
  /** 1,000 digits. */
  readonly validation: DigitSet;
  /** 1,000 digits. */
  readonly test: DigitSet;
}

const pixels = 28 * 28;
export const sizes = { train: 8000, validation: 1000, test: 1000 };

// Not the seed of the training: the sets stay the same whatever a run is seeded with.
const split = keyedRandom(20_240_229);

/** Reads the digits in the order of a fixed split. Takes some tenths of a second. */
export function loadDigits(): Digits {
  const { images, labels } = readAll();
  const order = Uint32Array.from(labels.keys());
  split("split").shuffle(order);

  const take = (start: number, length: number): DigitSet => {
    const chosen = order.subarray(start, start + length);
    const set = {
      length,
      images: new Float32Array(length * pixels),
      labels: Uint8Array.from(chosen, (digit) => labels[digit] as number),
    };
    for (const [row, digit] of chosen.entries()) {
      set.images.set(images.subarray(digit * pixels, (digit + 1) * pixels), row * pixels);
    }
    return set;
  };
  return {
    train: take(0, sizes.train),
    validation: take(sizes.train, sizes.validation),
    test: take(sizes.train + sizes.validation, sizes.test),
  };
}

// The package's own entry copies every digit into nested arrays and draws its sets with Math.random;
// the files beneath it hold one long list of grey values a digit.
function readAll(): { images: Float32Array; labels: Uint8Array } {
  const { resolve } = createRequire(import.meta.url);
  const total = sizes.train + sizes.validation + sizes.test;
  const images = new Float32Array(total * pixels);
  const labels = new Uint8Array(total);
  let row = 0;
  for (let digit = 0; digit <= 9; digit++) {
    const text = readFileSync(resolve(`mnist/src/digits/${digit}.json`), "utf8");
    const { data } = JSON.parse(text) as { data: number[] };
    const count = data.length / pixels;
    images.set(data, row * pixels);
    labels.fill(digit, row, row + count);
    row += count;
  }
  if (row !== total)
    throw new Error(`Expected ${total} digits in the package mnist, found ${row}.`);
  return { images, labels };
}
