import { describe, expect, test } from "@jest/globals";
import { isRepriseError } from "../../src/errors.ts";
import { keyedRandom } from "../../src/position/random.ts";

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

const random = keyedRandom(42);

describe("a keyed stream", () => {
  test("is the same for the same seed, label and key, whatever was drawn before", () => {
    const stream = random("dropout", 3, 17);
    const first = Array.from({ length: 100 }, stream.next);
    random("other").next();
    const again = keyedRandom(42)("dropout", 3, 17);
    expect(Array.from({ length: 100 }, again.next)).toEqual(first);
  });

  // Part of what a checkpoint promises: a run that is resumed with a newer version draws the same.
  test("gives these numbers in this version and every later one", () => {
    expect(firstOf(42, "dropout", 0, 0)).toEqual([
      0.12440633510459864, 0.8715145615230426, 0.26987956413721526,
    ]);
    expect(firstOf(42, "initial")).toEqual([
      0.7466506647080497, 0.42583728167537116, 0.9302468260435666,
    ]);
    expect(firstOf(-1, "dropout", 0, 0)).toEqual([
      0.9224308645309961, 0.03969983981394398, 0.80500056477568,
    ]);
    const largest = Number.MAX_SAFE_INTEGER;
    expect(firstOf(largest, "naïve 🎲", largest)).toEqual([
      0.9814305595853047, 0.37382602203139703, 0.12852769036194445,
    ]);
    const ints = random("int", 0);
    expect([ints.int(10), ints.int(10), ints.int(2 ** 40)]).toEqual([4, 9, 414933864007]);
    const bounded = random("int", 1);
    const bounds = [1, 2, 7, 3 * 2 ** 30, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 33 - 1, largest];
    expect(bounds.map(bounded.int)).toEqual([
      0, 1, 1, 1835777695, 1929475631, 1132959210, 3370934433, 1658977272, 7640334259911436,
    ]);
    const normals = random("normal");
    expect([normals.normal(), normals.normal(), normals.normal()]).toEqual([
      -0.7639192821401491, -0.9199999968738082, -0.8041546862324405,
    ]);
    expect(shuffled(10, "shuffle", 0)).toEqual([1, 3, 9, 7, 0, 8, 5, 4, 2, 6]);
  });

  test("differs when the seed, the label, the key or only its length differs", () => {
    const streams = [
      keyedRandom(42)("a", 1),
      keyedRandom(43)("a", 1),
      keyedRandom(-42)("a", 1),
      keyedRandom(42 + 2 ** 32)("a", 1),
      random("b", 1),
      random("a"),
      random("a", 0),
      random("a", 1, 0),
      random("a", 0, 1),
      random("a", 2 ** 32),
      random("a\0", 1),
      random("", 1),
      random("ab", 1),
      random("ba", 1),
    ];
    expect(new Set(streams.map((stream) => stream.next())).size).toBe(streams.length);
  });

  test("no two of a million neighbouring keys begin alike", () => {
    const first = new Float64Array(1_000_000);
    for (let at = 0; at < first.length; at++) {
      first[at] = random("dropout", at >> 10, at & 1023).next();
    }
    first.sort();
    let collisions = 0;
    for (let at = 1; at < first.length; at++) if (first[at] === first[at - 1]) collisions++;
    // With 53 random bits, chance gives one collision in 18,000 such tests.
    expect(collisions).toBe(0);
  });

  test("every bit of the first numbers of neighbouring keys is set half the time", () => {
    const keys = 100_000;
    const counts = new Float64Array(53);
    for (let key = 0; key < keys; key++) {
      let rest = random("mask", 7, key).next();
      for (let bit = 0; bit < 53; bit++) {
        rest *= 2;
        if (rest >= 1) {
          rest -= 1;
          counts[bit] = (counts[bit] ?? 0) + 1;
        }
      }
    }
    const deviation = Math.sqrt(keys) / 2;
    const worst = Math.max(...counts.map((count) => Math.abs(count - keys / 2) / deviation));
    expect(worst).toBeLessThan(5);
  });

  test("streams of neighbouring batches are not correlated", () => {
    let sum = 0;
    const pairs = 100_000;
    let before = random("noise", 0, 0).next() - 0.5;
    for (let batch = 1; batch <= pairs; batch++) {
      const now = random("noise", 0, batch).next() - 0.5;
      sum += before * now;
      before = now;
    }
    // The product of two independent centred uniform numbers has variance 1/144.
    expect(Math.abs(sum) / Math.sqrt(pairs / 144)).toBeLessThan(5);
  });
});

describe("the distributions", () => {
  test("int is even over a range that does not divide 2 ** 32", () => {
    const stream = random("int");
    const counts = new Float64Array(7);
    for (let draw = 0; draw < 70_000; draw++) {
      const value = stream.int(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(30); // six degrees of freedom: passed by all but 4 in 100,000
  });

  test("int is unbiased where the remainder of 2 ** 32 is large", () => {
    const stream = random("int", 1);
    const n = 3 * 2 ** 30;
    let low = 0;
    for (let draw = 0; draw < 30_000; draw++) if (stream.int(n) < 2 ** 30) low++;
    // A plain remainder of 32 bits would put half of the draws there instead of a third.
    expect(Math.abs(low - 10_000)).toBeLessThan(5 * Math.sqrt(30_000 * (1 / 3) * (2 / 3)));
  });

  test("int reaches beyond 32 bits and stays below its bound", () => {
    const stream = random("int", 2);
    const draws = Array.from({ length: 1000 }, () => stream.int(Number.MAX_SAFE_INTEGER));
    expect(draws.every((draw) => Number.isSafeInteger(draw) && draw >= 0)).toBe(true);
    expect(Math.max(...draws)).toBeGreaterThan(2 ** 52);
    expect(stream.int(1)).toBe(0);
  });

  test("normal has the moments and the tails of the normal distribution", () => {
    const stream = random("normal");
    const draws = 200_000;
    let [sum, squares, fourths, beyondTwo] = [0, 0, 0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const x = stream.normal();
      sum += x;
      squares += x * x;
      fourths += x ** 4;
      if (Math.abs(x) > 2) beyondTwo++;
    }
    expect(Math.abs(sum / draws)).toBeLessThan(5 / Math.sqrt(draws));
    expect(Math.abs(squares / draws - 1)).toBeLessThan(5 * Math.sqrt(2 / draws));
    expect(Math.abs(fourths / draws - 3)).toBeLessThan(5 * Math.sqrt(96 / draws));
    expect(Math.abs(beyondTwo / draws - 0.0455)).toBeLessThan(0.0025);
  });

  test("shuffle keeps every element and treats arrays and typed arrays alike", () => {
    const plain = Array.from({ length: 1000 }, (_, index) => index);
    const typed = Uint32Array.from(plain);
    random("shuffle", 5).shuffle(plain);
    random("shuffle", 5).shuffle(typed);
    expect([...typed]).toEqual(plain);
    expect(plain).not.toEqual(plain.toSorted((a, b) => a - b));
    expect(plain.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  test("shuffle gives each of the 24 orders of four elements equally often", () => {
    const counts = new Map<string, number>();
    for (let key = 0; key < 24_000; key++) {
      const order = shuffled(4, "orders", key).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(counts.size).toBe(24);
    expect(chiSquare).toBeLessThan(60); // 23 degrees of freedom: passed by all but 4 in 100,000
  });
});

describe("what is refused", () => {
  test.each([[0.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53], ["42"], [undefined]])(
    "the seed %p",
    (seed) => {
      const error = thrownBy(() => keyedRandom(seed as number));
      expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
    },
  );

  test.each([[-1], [0.5], [Number.NaN], [2 ** 53], ["1"]])("the key %p", (key) => {
    const error = thrownBy(() => random("dropout", 0, key as number));
    expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
    expect(String(error)).toContain("number 2 of the key");
  });

  test("a key without a label", () => {
    const error = thrownBy(() => random(3 as unknown as string));
    expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
  });

  test.each([[0], [-1], [1.5], [Number.NaN], [2 ** 53]])("int(%p)", (n) => {
    const error = thrownBy(() => random("int").int(n));
    expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
  });
});

function shuffled(length: number, label: string, ...key: number[]): number[] {
  const order = Array.from({ length }, (_, index) => index);
  random(label, ...key).shuffle(order);
  return order;
}

function firstOf(seed: number, label: string, ...key: number[]): number[] {
  const stream = keyedRandom(seed)(label, ...key);
  return [stream.next(), stream.next(), stream.next()];
}
