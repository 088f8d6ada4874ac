import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { decodeCheckpoint } from "../../src/codec/decode.ts";
import { isRepriseError } from "../../src/errors.ts";
import { materialize } from "../../src/snapshot/restore.ts";
import { goldenNames, readGolden } from "../golden/golden-files.ts";
import { dataOf, encode, type File, forge, headerOf } from "./checkpoint-file.ts";
import { exactText } from "./exact-text.ts";
import { mutantOf } from "./fuzz-mutants.ts";
import { readByTheBook } from "./fuzz-reference-reader.ts";
import { RandomState } from "./random-state.ts";
import { refusals } from "./refusal-of.ts";

/** Numbers of mutants that were once read wrongly. */
const found: readonly number[] = [];

const half = 10_000;
const start = Math.floor(Math.random() * 2 ** 31);

const bases: File[] = [];

// The stacks of thousands of refusals take longer than all the rest, and nobody reads them.
const { stackTraceLimit } = Error;

afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

beforeAll(async () => {
  Error.stackTraceLimit = 0;
  for (const name of goldenNames())
    if (!name.startsWith("mutilated/")) bases.push(await withoutPadding(readGolden(name)));
  for (let seed = 0; seed < 40; seed++) {
    const state = { w: new RandomState(seed).array(), more: new RandomState(seed).value(3) };
    bases.push(await withoutPadding(await encode({ state })));
  }
  for (let offset = 0; offset < 8; offset++) {
    const w = new Uint8Array(new ArrayBuffer(48), offset, 40).fill(offset);
    const state = { w, within: new Float32Array(w.buffer, 8, 3), half: w.subarray(20) };
    bases.push(await withoutPadding(await encode({ state })));
  }
});

/** Most of a small file is padding: without it, most changes change something. */
function withoutPadding(file: File): Promise<File> {
  return headerOf(file).includes("sha256:")
    ? Promise.resolve(file)
    : forge(headerOf(file).trimEnd(), dataOf(file));
}

/** What becomes of a mutant: `accepted`, or the message it is refused with, without its numbers. */
async function outcomeOf(seed: number): Promise<string> {
  const file = await mutantOf(bases, seed);
  let taken = 0;
  const reading = decodeCheckpoint({
    name: "checkpoint-2-5.safetensors",
    where: "a test",
    read: async ({ start: from, end }) => {
      if (!(from >= 0 && from <= end && end - from <= 2 ** 28)) throw new Error("an odd range");
      const bytes = file.slice(from, end);
      taken += bytes.length;
      return bytes;
    },
  });
  const outcome = await reading.then(
    ({ metadata, roots }) => {
      const values = Object.entries(roots).map(([name, tree]) => [name, materialize(tree)]);
      const read = exactText({ metadata, roots: Object.fromEntries(values) });
      const byTheBook = exactText(readByTheBook(file));
      if (read !== byTheBook) expect(read).toBe(byTheBook);
      return "accepted";
    },
    (error: unknown) => {
      if (isRepriseError(error) && refusals.has(error.code)) return error.message;
      throw error;
    },
  );
  // The beginning is read twice.
  if (taken > 2 * file.length + 2) throw new Error(`it took ${taken} bytes of ${file.length}`);
  return outcome;
}

async function outcomes(from: number, count: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let seed = from; seed < from + count; seed++) {
    try {
      const outcome = await outcomeOf(seed);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    } catch (error) {
      throw new Error(`Mutant ${seed} is read wrongly: add ${seed} to \`found\` in fuzz.test.ts.`, {
        cause: error,
      });
    }
  }
  return counts;
}

/** Every way in which a file can be refused. */
const ways: readonly RegExp[] = [
  /it does not begin like a checkpoint/,
  /was not written by Reprise/,
  /it has no header of \d+ bytes/,
  /its header has the checksum [0-9a-f]+ instead of [0-9a-f]+/,
  /its header has the checksum unknown/,
  /its tensor .* has the checksum [0-9a-f]+ instead of [0-9a-f]+/,
  /its tensor .* has the checksum [0-9a-f]+ instead of none/,
  /it should end after byte/,
  /has format version \d+; this Reprise reads up to/,
  /its header is wrong: it is nested too deeply/,
  /its header is wrong: .*JSON/,
  /its header is wrong: .*encoded data/,
  /its header is wrong: .*BigInt/,
  /its header is wrong: reprise.position is not what it should be/,
  /its header is wrong: reprise.lineage is not what it should be/,
  /its header is wrong: reprise.fingerprint is not what it should be/,
  /its header is wrong: reprise.born is not what it should be/,
  /its header is wrong: reprise.end is not what it should be/,
  /its header is wrong: reprise.checksums is not what it should be/,
  /its header is wrong: nothing refers to the tensor/,
  /its header is wrong: .* in the state means nothing/,
  /its header is wrong: Reprise would not write it like this/,
];

describe("a mutated file is refused by name, or read as it stands:", () => {
  test(`mutants 0 to ${half - 1}, which are refused in every way there is`, async () => {
    const counts = await outcomes(0, half);
    const messages = [...counts.keys()];
    expect(ways.filter((way) => !messages.some((message) => way.test(message)))).toEqual([]);
    expect(counts.get("accepted")).toBeGreaterThan(half / 20);
  }, 120_000);

  test(`mutants ${start} to ${start + half - 1}`, async () => {
    const counts = await outcomes(start, half);
    expect(counts.get("accepted")).toBeGreaterThan(half / 20);
  }, 120_000);

  test("those that were once read wrongly", async () => {
    for (const seed of found) await outcomes(seed, 1);
  });
});
