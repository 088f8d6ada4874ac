import { runInNewContext } from "node:vm";
import { describe, expect, test } from "@jest/globals";
import { firstDifference } from "@reprise/testing";

/** A Float32Array whose elements have exactly these bits. */
function float32(...bits: number[]): Float32Array {
  return new Float32Array(Uint32Array.from(bits).buffer);
}

/** The value of `code` in a realm of its own, as another process or context would give it. */
function fromAnotherRealm(code: string): unknown {
  return runInNewContext(`(${code})`);
}

const hole: unknown[] = [];
hole.length = 1;

describe("states that are the same bits", () => {
  const cyclic: Record<string, unknown> = { name: "a" };
  cyclic["self"] = cyclic;
  const cyclicCopy: Record<string, unknown> = { name: "a" };
  cyclicCopy["self"] = cyclicCopy;

  test.each<[string, unknown, unknown]>([
    ["primitives", [1, "a", true, null, undefined, 5n], [1, "a", true, null, undefined, 5n]],
    ["NaN, infinities and -0", [Number.NaN, Infinity, -0], [Number.NaN, Infinity, -0]],
    ["typed arrays", { w: float32(0x7fc00001, 0) }, { w: float32(0x7fc00001, 0) }],
    [
      "a view into a larger buffer",
      new Float64Array(Float64Array.of(9, 1, 2).buffer, 8),
      Float64Array.of(1, 2),
    ],
    ["a Buffer and a Uint8Array", Buffer.from("ab"), Uint8Array.of(97, 98)],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ["holes", hole, hole.slice()],
    [
      "Maps, Sets and Dates",
      [new Map([["a", [1]]]), new Set([1]), new Date(5)],
      [new Map([["a", [1]]]), new Set([1]), new Date(5)],
    ],
    ["invalid Dates", new Date(Number.NaN), new Date(Number.NaN)],
    ["buffers", new ArrayBuffer(4), new ArrayBuffer(4)],
    ["cycles", cyclic, cyclicCopy],
    [
      "values of another realm",
      fromAnotherRealm(
        "{ w: Float32Array.of(1), m: new Map([['a', new Date(5)]]), s: new Set([1]), l: [1n] }",
      ),
      { w: Float32Array.of(1), m: new Map([["a", new Date(5)]]), s: new Set([1]), l: [1n] },
    ],
  ])("%s", (_what, a, b) => {
    expect(firstDifference(a, b)).toBeUndefined();
    expect(firstDifference(b, a)).toBeUndefined();
  });
});

class Adam {
  step = 1;
}
class Momentum {
  step = 1;
}

describe("the first difference", () => {
  test.each<[string, unknown, unknown, object]>([
    [
      "of numbers is told in bits and units in the last place",
      { loss: 0.1 + 0.2 },
      { loss: 0.3 },
      {
        path: "$.loss",
        a: "0.30000000000000004 (0x3fd3333333333334)",
        b: "0.3 (0x3fd3333333333333)",
        ulps: 1,
      },
    ],
    [
      "may be the sign of a zero",
      0,
      -0,
      { path: "$", a: "0 (0x0000000000000000)", b: "-0 (0x8000000000000000)", ulps: 0 },
    ],
    [
      "has no distance where a value is not finite",
      [Number.NaN],
      [1],
      { path: "$[0]", a: "NaN (0x7ff8000000000000)", b: "1 (0x3ff0000000000000)" },
    ],
    [
      "may be the payload of a NaN",
      { m: float32(0, 0x7fc00001) },
      { m: float32(0, 0x7fc00002) },
      { path: "$.m[1]", a: "NaN (0x7fc00001)", b: "NaN (0x7fc00002)" },
    ],
    [
      "counts across zero",
      float32(0x00000001),
      float32(0x80000001),
      {
        path: "$[0]",
        a: "1.401298464324817e-45 (0x00000001)",
        b: "-1.401298464324817e-45 (0x80000001)",
        ulps: 2,
      },
    ],
    [
      "may lie in a view with an offset",
      new Int16Array(Int16Array.of(0, 1, 2).buffer, 2),
      Int16Array.of(1, -2),
      { path: "$[1]", a: "2", b: "-2" },
    ],
    [
      "may be a bigint element",
      BigInt64Array.of(1n, 2n ** 60n),
      BigInt64Array.of(1n, 2n ** 60n + 1n),
      { path: "$[1]", a: "1152921504606846976n", b: "1152921504606846977n" },
    ],
    [
      "may be the kind of a typed array",
      { w: new Float32Array(3) },
      { w: new Float64Array(3) },
      { path: "$.w", a: "a Float32Array of 3", b: "a Float64Array of 3" },
    ],
    [
      "may be a length",
      { w: new Float32Array(3), l: [] },
      { w: new Float32Array(4), l: [1] },
      { path: "$.w", a: "a Float32Array of 3", b: "a Float32Array of 4" },
    ],
    [
      "may be a byte of a buffer",
      new ArrayBuffer(1),
      Uint8Array.of(7).buffer,
      {
        path: "$[0]",
        a: "0",
        b: "7",
      },
    ],
    [
      "may be a byte of a DataView",
      new DataView(new ArrayBuffer(2)),
      new DataView(Uint8Array.of(0, 7).buffer),
      { path: "$[1]", a: "0", b: "7" },
    ],
    ["may be a type", { step: 5 }, { step: 5n }, { path: "$.step", a: "5", b: "5n" }],
    ["may be a string", "adam", "sgd", { path: "$", a: '"adam"', b: '"sgd"' }],
    [
      "in long strings is shown with what surrounds it",
      `${"x".repeat(100)}a`,
      `${"x".repeat(100)}b`,
      {
        path: "$",
        a: '"xxxxxxxxxxxxxxxxxxxxa" from character 80',
        b: '"xxxxxxxxxxxxxxxxxxxxb" from character 80',
      },
    ],
    ["may be a hole", hole, [undefined], { path: "$[0]", a: "a hole", b: "undefined" }],
    [
      "may be a key that is missing",
      { a: undefined },
      {},
      {
        path: "$.a",
        a: "undefined",
        b: "missing",
      },
    ],
    [
      "may be a key that is new",
      { a: 1 },
      { a: 1, "b c": [] },
      {
        path: '$["b c"]',
        a: "missing",
        b: "an array of 0",
      },
    ],
    [
      "may be the order of keys",
      { a: 1, b: 2 },
      { b: 2, a: 1 },
      {
        path: "Object.keys($)[0]",
        a: '"a"',
        b: '"b"',
      },
    ],
    [
      "may be the order of a Map",
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
      new Map([
        ["b", 2],
        ["a", 1],
      ]),
      {
        path: "$.keys()[0]",
        a: '"a"',
        b: '"b"',
      },
    ],
    [
      "may be a value of a Map",
      { m: new Map([["a", [1, 2]]]) },
      { m: new Map([["a", [1]]]) },
      {
        path: '$.m.get("a")',
        a: "an array of 2",
        b: "an array of 1",
      },
    ],
    [
      "may be a value of a Set",
      new Set([1, "x"]),
      new Set([1, "y"]),
      {
        path: "$.keys()[1]",
        a: '"x"',
        b: '"y"',
      },
    ],
    [
      "may be a Date",
      new Date(0),
      new Date(1),
      {
        path: "$",
        a: "the Date 1970-01-01T00:00:00.000Z",
        b: "the Date 1970-01-01T00:00:00.001Z",
      },
    ],
    [
      "may be a class",
      new Adam(),
      new Momentum(),
      {
        path: "$",
        a: "an instance of Adam",
        b: "an instance of Momentum",
      },
    ],
    [
      "may be a field of an instance",
      new Adam(),
      Object.assign(new Adam(), { step: "2" }),
      {
        path: "$.step",
        a: "1",
        b: '"2"',
      },
    ],
    [
      "may be null",
      { best: null },
      { best: {} },
      { path: "$.best", a: "null", b: "a plain object" },
    ],
    ["is any two things without bits", /a/u, /a/u, { path: "$", a: "a RegExp", b: "a RegExp" }],
  ])("%s", (_what, a, b, difference) => {
    expect(firstDifference(a, b)).toEqual(difference);
  });

  test("is found at every index of an array longer than one stretch", () => {
    const length = 3 * 16 * 1024 + 5;
    const a = new Float32Array(length);
    for (const index of [0, 16_383, 16_384, 32_768, length - 1]) {
      const b = a.slice();
      b[index] = 1;
      expect(firstDifference({ a }, { a: b })).toMatchObject({ path: `$.a[${index}]` });
    }
  });

  test("is the first of several", () => {
    expect(firstDifference([1, [2, 3]], [1, [4, 5]])).toMatchObject({ path: "$[1][0]" });
  });

  test("names a long array without listing it", () => {
    expect(firstDifference("x".repeat(100), 1)).toEqual({
      path: "$",
      a: `"${"x".repeat(57)}..."`,
      b: "1",
    });
  });
});
