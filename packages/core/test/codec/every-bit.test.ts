import { describe, expect, test } from "@jest/globals";
import { dataOf, decode, encode, type File, headerOf } from "./checkpoint-file.ts";
import { assemble } from "./fuzz-parts.ts";
import { refusalOf } from "./refusal-of.ts";

const state = {
  w: new Float32Array([1, 2, 3]),
  none: new Float32Array(0),
  list: [1, "x", undefined],
  b: new Uint8Array([9, 0, 255]),
  map: new Map<unknown, unknown>([
    [1, -0],
    ["when training began", new Date(0)],
  ]),
};

/** A whole checkpoint of about a kibibyte: without the padding, every byte of it says something. */
async function smallest(checksum: "xxh64" | "sha256"): Promise<File> {
  const file = await encode({ state }, { checksum });
  return assemble(new TextEncoder().encode(headerOf(file).trimEnd()), dataOf(file));
}

describe.each(["xxh64", "sha256"] as const)("a checkpoint of 1 KiB with %s", (checksum) => {
  test("is refused with any one bit flipped", async () => {
    const file = await smallest(checksum);
    expect(file.length).toBeGreaterThan(1000);
    const notCorrupt: [bit: number, code: string][] = [];
    for (let bit = 0; bit < file.length * 8; bit++) {
      file[bit >> 3] = (file[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { code } = await refusalOf(file);
      file[bit >> 3] = (file[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (code !== "CHECKPOINT_CORRUPT") notCorrupt.push([bit, code]);
    }
    expect(notCorrupt).toEqual([]);
    await expect(decode(file)).resolves.toBeDefined();
  }, 60_000);

  test("is refused when it is cut off anywhere", async () => {
    const file = await smallest(checksum);
    const notCorrupt: [length: number, code: string][] = [];
    for (let length = 0; length < file.length; length++) {
      const { code } = await refusalOf(file.subarray(0, length));
      if (code !== "CHECKPOINT_CORRUPT") notCorrupt.push([length, code]);
    }
    expect(notCorrupt).toEqual([]);
  });

  test.each([0, 0x20, 0xff])("is refused with 1 to 16 bytes of %i more", async (byte) => {
    const file = await smallest(checksum);
    for (let more = 1; more <= 16; more++) {
      const longer = new Uint8Array(file.length + more).fill(byte);
      longer.set(file);
      const { code } = await refusalOf(longer);
      expect([more, code]).toEqual([more, "CHECKPOINT_CORRUPT"]);
    }
  });
});
