import { expect, test } from "@jest/globals";
import { checksumWith } from "../../../src/codec/checksum.ts";
import { sample } from "./sample.ts";

test("more bytes than 32 bits can count are counted", async () => {
  const block = sample(2 ** 20);
  const pieces = Array.from({ length: 4608 }, () => block);
  pieces.push(block.subarray(0, 1_000_003));
  // The reference implementation's, release 0.8.3.
  expect(await checksumWith("xxh64")(pieces)).toBe("01a2c33e1fad0ecd");
});
