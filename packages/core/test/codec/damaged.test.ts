import { describe, expect, test } from "@jest/globals";
import { dataOf, decode, encode, forge, headerOf } from "./checkpoint-file.ts";
import { refusalOf, refusals, small } from "./refusal-of.ts";

describe("a damaged file is refused:", () => {
  test("with any single bit flipped", async () => {
    const file = await encode(small);
    const accepted: number[] = [];
    const codes = new Set<string>();
    for (let bit = 0; bit < file.length * 8; bit++) {
      const at = bit >> 3;
      const byte = file[at] as number;
      // Of a byte of the padding, which is most of this file, one bit stands for all.
      if (byte === 0x20 && (bit & 7) !== (at & 7)) continue;
      file[at] = byte ^ (1 << (bit & 7));
      const { code } = await refusalOf(file);
      file[at] = byte;
      codes.add(code);
      if (!refusals.has(code)) accepted.push(bit);
    }
    expect(accepted).toEqual([]);
    expect([...codes]).toEqual(["CHECKPOINT_CORRUPT"]);
    await expect(decode(file)).resolves.toBeDefined();
  }, 60_000);

  test("cut off anywhere", async () => {
    const file = await encode(small);
    for (let length = 0; length < file.length; length++) {
      const error = await refusalOf(file.subarray(0, length));
      expect([length, error.code]).toEqual([length, "CHECKPOINT_CORRUPT"]);
    }
  }, 60_000);

  test("with a byte too many, which may be zero", async () => {
    const file = await encode(small);
    const longer = new Uint8Array(file.length + 1);
    longer.set(file);
    expect((await refusalOf(longer)).code).toBe("CHECKPOINT_CORRUPT");
  });

  test("with the data of another checkpoint", async () => {
    const [a, b] = [
      await encode(small),
      await encode({ state: { ...small.state, w: new Float32Array([3, 2, 1]) } }),
    ];
    a.set(dataOf(b), a.length - dataOf(b).length);
    const error = await refusalOf(a);
    expect(error.code).toBe("CHECKPOINT_CORRUPT");
    expect(error.message).toContain("state.w");
  });

  test("empty, or full of zeros", async () => {
    expect((await refusalOf(new Uint8Array(0))).code).toBe("CHECKPOINT_CORRUPT");
    expect((await refusalOf(new Uint8Array(10_000))).code).toBe("CHECKPOINT_CORRUPT");
  });

  test("and the message says which file, where it is, and what is wrong with it", async () => {
    const { message, details } = await refusalOf((await encode(small)).subarray(0, 4097));
    expect(message).toBe(
      "checkpoint-2-5.safetensors in a test is damaged: it should end after byte 4109.",
    );
    expect(details).toMatchObject({ name: "checkpoint-2-5.safetensors", where: "a test" });
  });
});

describe("a file that Reprise did not write is foreign:", () => {
  const tensor = '"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';

  test.each([
    ["a safetensors file", `{${tensor}}`],
    ["one of PyTorch", `{"__metadata__":{"format":"pt"},${tensor}}`],
  ])("%s", async (_, header) => {
    const error = await refusalOf(await forge(header, new Uint8Array(1)));
    expect(error.code).toBe("CHECKPOINT_FOREIGN");
    expect(error.message).toContain("was not written by Reprise");
  });

  test.each([
    ["text", new TextEncoder().encode("hello, this is a note about my training")],
    [
      "an image",
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...new Uint8Array(100).fill(7)]),
    ],
  ])("%s", async (_, bytes) => {
    expect((await refusalOf(bytes)).code).toBe("CHECKPOINT_FOREIGN");
  });
});

describe("a newer format is told from a damaged file:", () => {
  test("the versions are named", async () => {
    const header = headerOf(await encode(small)).replace(
      '"reprise.format":"1"',
      '"reprise.format":"12"',
    );
    const error = await refusalOf(await forge(header, new Uint8Array(13)));
    expect(error.code).toBe("CHECKPOINT_TOO_NEW");
    expect(error.message).toContain("format version 12; this Reprise reads up to 1");
  });

  test("also when its checksum is of a kind yet unknown", async () => {
    const header = headerOf(await encode(small))
      .replace('"reprise.format":"1"', '"reprise.format":"2"')
      .replace("xxh64:", "blake4:");
    expect((await refusalOf(await forge(header))).code).toBe("CHECKPOINT_TOO_NEW");
  });
});
