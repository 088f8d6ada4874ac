import type { RepriseErrorCode } from "../../src/errors.ts";
import { dataOf, type File, forge, forgeBytes, headerOf } from "../codec/checkpoint-file.ts";

/** A file that must not be read, and how it is refused. */
export interface Mutilation {
  /** Makes it from a good one. */
  readonly make: (good: File) => File | Promise<File>;
  readonly code: RepriseErrorCode;
  /** What the message says of it. */
  readonly because: string;
}

const corrupt = (because: string, make: Mutilation["make"]): Mutilation => ({
  make,
  because,
  code: "CHECKPOINT_CORRUPT",
});

const foreign = (make: Mutilation["make"]): Mutilation => ({
  make,
  because: "was not written by Reprise",
  code: "CHECKPOINT_FOREIGN",
});

/** With another header, whose checksum is right. */
function withHeader(from: string, to: string): Mutilation["make"] {
  return (good) => {
    const header = headerOf(good);
    const edited = header.trimEnd().replace(from, to);
    if (edited === header.trimEnd()) throw new Error(`there is no ${from}`);
    return forge(edited.padEnd(header.length), dataOf(good));
  };
}

function flipped(bit: number): Mutilation["make"] {
  return (good) => {
    const file = good.slice();
    file[bit >> 3] = (file[bit >> 3] as number) ^ (1 << (bit & 7));
    return file;
  };
}

const params = '"state.generator.params":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}';
const weights = '"state.weights":{"dtype":"F32","shape":[6],"data_offsets":[16,40]}';
const unlike = "its header is wrong: Reprise would not write it like this";

/** By the name of their files. */
export const mutilations: Readonly<Record<string, Mutilation>> = {
  empty: corrupt("it does not begin like a checkpoint", () => new Uint8Array(0)),
  zeros: corrupt("it does not begin like a checkpoint", () => new Uint8Array(100)),
  "cut-in-header": corrupt("it has no header of 4088 bytes", (good) => good.slice(0, 2000)),
  "cut-in-data": corrupt("it should end after byte 4160", (good) => good.slice(0, 4150)),
  "one-byte-short": corrupt("it should end after byte 4160", (good) => good.slice(0, 4159)),
  "one-byte-more": corrupt("it should end after byte 4160", (good) => {
    const file = new Uint8Array(good.length + 1);
    file.set(good);
    return file;
  }),
  "flipped-in-header": corrupt("its header has the checksum", flipped(8 * 700 + 1)),
  "flipped-in-padding": corrupt("its header has the checksum", flipped(8 * 4090)),
  "flipped-in-data": corrupt("its tensor state.weights has the checksum", flipped(8 * 4120 + 6)),
  "header-too-long": corrupt("it has no header of 9223372036854776000 bytes", (good) => {
    const file = good.slice();
    new DataView(file.buffer).setBigUint64(0, 2n ** 63n, true);
    return file;
  }),
  "duplicate-tensor": corrupt(unlike, withHeader(weights, `${weights},${weights}`)),
  "duplicate-metadata": corrupt(
    unlike,
    withHeader('"reprise.end":"null"', '"reprise.end":"null","reprise.end":"null"'),
  ),
  "duplicate-key-in-state": corrupt(
    unlike,
    withHeader('{\\"weights\\":', '{\\"weights\\":1,\\"weights\\":'),
  ),
  overlap: corrupt(unlike, withHeader("[16,40]", "[8,32]")),
  gap: corrupt(unlike, withHeader("[16,40]", "[24,48]")),
  "shape-overflows": corrupt(
    'its header is wrong: "state.weights" in the state means nothing',
    withHeader(weights, weights.replace("[6]", "[9007199254740991,9007199254740991]")),
  ),
  "unused-tensor": corrupt(
    "its header is wrong: nothing refers to the tensor state.more",
    withHeader(weights, `${weights},${weights.replace("weights", "more")}`),
  ),
  "proto-tensor": corrupt(
    "its header is wrong: nothing refers to the tensor __proto__",
    withHeader(params, `"__proto__":{"polluted":1},${params}`),
  ),
  "proto-dtype": corrupt(
    'its header is wrong: "state.weights" in the state means nothing',
    withHeader(weights, weights.replace("F32", "__proto__")),
  ),
  "proto-metadata": corrupt(
    unlike,
    withHeader('"reprise.end":"null"', '"__proto__":"null","reprise.end":"null"'),
  ),
  "negative-position": corrupt(
    "its header is wrong: reprise.position is not what it should be",
    withHeader('\\"step\\":1}', '\\"step\\":-1}'),
  ),
  "deep-json": corrupt(
    "its header is wrong: it is nested too deeply",
    withHeader('"shape":[6]', `"shape":${"[".repeat(600)}6${"]".repeat(600)}`),
  ),
  "many-holes": corrupt(
    'its header is wrong: ["hole",1000000] in the state means nothing',
    withHeader(
      '{\\"weights\\":',
      `{\\"a\\":[\\"array\\",${'[\\"array\\",[\\"hole\\",1000000]],'.repeat(20)}1],\\"weights\\":`,
    ),
  ),
  "not-utf8": corrupt("its header is wrong:", (good) => {
    const header = new TextEncoder().encode(headerOf(good));
    header[headerOf(good).indexOf("batches")] = 0xff;
    return forgeBytes(header, dataOf(good));
  }),
  "future-version": {
    code: "CHECKPOINT_TOO_NEW",
    because: "has format version 2; this Reprise reads up to 1",
    make: withHeader('"reprise.format":"1"', '"reprise.format":"2"'),
  },
  "of-another-tool": foreign(() =>
    forge(
      '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} ',
      new Uint8Array(4),
    ),
  ),
  "of-another-tool-unaligned": foreign(() =>
    forge(
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}',
      new Uint8Array(5),
    ),
  ),
  text: foreign(() => new Uint8Array(new TextEncoder().encode("my notes on this training\n"))),
};
