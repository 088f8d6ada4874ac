import { describe, expect, test } from "@jest/globals";
import xxhash from "xxhash-wasm";
import { checksumWith } from "../../../src/codec/checksum.ts";
import { digestOf, hashBlock, newHash } from "../../../src/codec/xxh64.ts";
import { RandomState } from "../random-state.ts";
import { sample } from "./sample.ts";

const other = await xxhash();
const blockLength = 2 ** 20;

/** What another implementation says. */
function reference(bytes: Uint8Array): string {
  return other.h64Raw(bytes).toString(16).padStart(16, "0");
}

const hashOf = (bytes: Uint8Array): string => digestOf(hashBlock(bytes, newHash()));
const hashOfText = (text: string): string => hashOf(new TextEncoder().encode(text));

/** The bytes that the tests of the algorithm's author use. */
function sanityBytes(length: number): Uint8Array {
  let generator = 2_654_435_761n;
  return Uint8Array.from({ length }, () => {
    const byte = Number(generator >> 56n);
    generator = BigInt.asUintN(64, generator * 11_400_714_785_074_694_797n);
    return byte;
  });
}

describe("a digest is that of XXH64", () => {
  test.each([
    [0, "ef46db3751d8e999"],
    [1, "e934a84adb052768"],
    [4, "9136a0dca57457ee"],
    [14, "8282dcc4994e35c8"],
    [222, "b641ae8cb691c174"],
  ])("in the author's test of %i bytes", (length, digest) => {
    expect(hashOf(sanityBytes(length))).toBe(digest);
  });

  test.each([
    ["a", "d24ec4f1a98c6e5b"],
    ["abc", "44bc2cf5ad770999"],
    ["Nobody inspects the spammish repetition", "fbcea83c8a378bf1"],
  ])("of %j", (text, digest) => {
    expect(hashOfText(text)).toBe(digest);
  });

  test("for every length up to 256 bytes", () => {
    const bytes = sample(256);
    for (let length = 0; length <= bytes.length; length++) {
      const part = bytes.subarray(0, length);
      expect([length, hashOf(part)]).toEqual([length, reference(part)]);
    }
  });

  test("for every byte, at every place of the last stripe", () => {
    for (let length = 32; length < 64; length++) {
      for (let byte = 0; byte < 256; byte++) {
        const bytes = new Uint8Array(length).fill(byte, length - 1);
        expect([length, byte, hashOf(bytes)]).toEqual([length, byte, reference(bytes)]);
      }
    }
  });

  test("with its leading zeros", () => {
    const bytes = new Uint8Array(4);
    const view = new DataView(bytes.buffer);
    let tried = 0;
    while (!reference(bytes).startsWith("00")) view.setUint32(0, ++tried);
    expect(hashOf(bytes)).toBe(reference(bytes));
  });
});

describe("a checksum is the digest of all pieces together", () => {
  const bytes = sample(2 * blockLength + 100);
  const checksumOf = checksumWith("xxh64");

  test("of none", async () => {
    expect(await checksumOf([])).toBe(reference(new Uint8Array(0)));
    expect(await checksumOf([new Uint8Array(0)])).toBe(reference(new Uint8Array(0)));
  });

  test("around the ends of stripes and blocks", async () => {
    for (const border of [32, 64, blockLength, 2 * blockLength]) {
      for (let length = border - 32; length <= border + 33; length++) {
        const part = bytes.subarray(0, length);
        expect([length, await checksumOf([part])]).toEqual([length, reference(part)]);
      }
    }
  });

  test("wherever it is split", async () => {
    const random = new RandomState(1);
    const whole = reference(bytes);
    for (let run = 0; run < 200; run++) {
      const longest = 2 ** (8 + (run % 14));
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + 1 + random.below(longest));
        pieces.push(piece);
        at += piece.length;
      }
      expect([run, await checksumOf(pieces)]).toEqual([run, whole]);
    }
  });

  test("at an odd place of a larger buffer", async () => {
    expect(await checksumOf([bytes.subarray(13, 5013)])).toBe(reference(bytes.slice(13, 5013)));
  });

  test("in shared memory", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 1), 1);
    shared.set(bytes);
    expect(await checksumOf([shared])).toBe(reference(bytes));
    expect(await checksumOf([shared.subarray(0, 7), shared.subarray(7)])).toBe(reference(bytes));
  });
});

describe("hashes under way at the same time", () => {
  test("know nothing of each other", () => {
    const random = new RandomState(2);
    const texts = Array.from({ length: 8 }, (_, index) => sample(32 * 50 + index * 9));
    const running = texts.map((whole) => ({ whole, at: 0, state: newHash() }));
    for (let left = running; left.length > 0;) {
      const hash = random.pick(left);
      const block = hash.whole.subarray(hash.at, hash.at + 32 * (1 + random.below(4)));
      hash.state = hashBlock(block, hash.state);
      hash.at += block.length;
      left = left.filter(({ at, whole }) => at < whole.length);
    }
    expect(running.map(({ state }) => digestOf(state))).toEqual(texts.map(reference));
  });

  test("give both checksums when one goes on in the other's pauses", async () => {
    const order: string[] = [];
    const checksum = (name: string, bytes: Uint8Array): Promise<string> =>
      checksumWith("xxh64", async () => {
        order.push(name);
        await new Promise(setImmediate);
      })([bytes]);
    const one = sample(2 ** 25 + 5);
    const two = one.map((byte) => byte ^ 0x55);
    const checksums = await Promise.all([checksum("one", one), checksum("two", two)]);
    expect(order.join(" ")).toMatch(/^one two one two/);
    expect(checksums).toEqual([reference(one), reference(two)]);
  });
});
