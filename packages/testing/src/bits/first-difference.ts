import { bytesOf, firstByteDifference, firstElementDifference } from "./binary-difference.ts";
import { bitsOfNumber, showFloat, unitsInLastPlace } from "./float-bits.ts";
import { classOf, describeValue, tagOf } from "./kind-of-value.ts";

/** The first place at which two states are not the same bits. */
export interface Difference {
  /** Where, from the root `$`, such as `$.adam.m[17]`. */
  readonly path: string;
  /** What the first state holds there; floats with their bits in hexadecimal. */
  readonly a: string;
  readonly b: string;
  /** How many representable floats lie between the two, where both are finite floats of one kind. */
  readonly ulps?: number;
}

/**
 * Compares two states bit by bit and returns the first difference, or `undefined` when there is none.
 *
 * Typed arrays compare by kind, length and bytes, so that −0 differs from 0 and one NaN payload from
 * another; numbers by `Object.is`. The order of keys, of Map entries and of Set values counts, since
 * a loop over them sees it; a hole is not `undefined`, nor is a missing key. An object without a
 * prototype equals a plain one; instances compare by the name of their class and by the enumerable
 * properties they own. What has no bits to compare (functions, symbols, errors, regular expressions,
 * promises) is equal only to itself. Works for values of different realms.
 */
export function firstDifference(a: unknown, b: unknown): Difference | undefined {
  return compare(a, b, "$", new Map());
}

/** Pairs that are being compared or were found equal: ends cycles, and shared parts cost once. */
type Seen = Map<object, Set<object>>;

function compare(a: unknown, b: unknown, path: string, seen: Seen): Difference | undefined {
  if (Object.is(a, b)) return undefined;
  const tag = tagOf(a);
  if (tag !== tagOf(b)) return differ(path, a, b);
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b, path);
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b, path);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return differ(path, a, b);
  }
  if (seen.get(a)?.has(b)) return undefined;
  seen.set(a, (seen.get(a) ?? new Set()).add(b));
  return compareObjects(a, b, tag, path, seen);
}

function compareObjects(
  a: object,
  b: object,
  tag: string,
  path: string,
  seen: Seen,
): Difference | undefined {
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return compareViews(a, b, tag, path);
  if (tag === "ArrayBuffer" || tag === "SharedArrayBuffer") {
    return compareViews(
      new Uint8Array(a as ArrayBuffer),
      new Uint8Array(b as ArrayBuffer),
      "",
      path,
    );
  }
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b, path, seen);
  if (tag === "Date") return compareDates(a as Date, b as Date, path);
  if (tag === "Map" || tag === "Set") {
    return compareCollections(a as Collection, b as Collection, path, seen);
  }
  if (withoutBits.has(tag)) return differ(path, a, b);
  if (classOf(a) !== classOf(b)) return differ(path, a, b);
  return compareRecords(a as Fields, b as Fields, path, seen);
}

const withoutBits = new Set(
  (
    "Boolean Number String Symbol BigInt RegExp Error Promise WeakMap WeakSet WeakRef " +
    "Generator AsyncGenerator"
  ).split(" "),
);

function compareNumbers(a: number, b: number, path: string): Difference {
  const [bitsA, bitsB] = [bitsOfNumber(a), bitsOfNumber(b)];
  const ulps = unitsInLastPlace(bitsA, bitsB, 8);
  return {
    path,
    a: showFloat(a, bitsA, 8),
    b: showFloat(b, bitsB, 8),
    ...(ulps === undefined ? {} : { ulps }),
  };
}

function compareStrings(a: string, b: string, path: string): Difference {
  let index = 0;
  while (a.charCodeAt(index) === b.charCodeAt(index)) index += 1;
  if (index < 40) return differ(path, a, b);
  const from = index - 20;
  return {
    path,
    a: `${describeValue(a.slice(from))} from character ${from}`,
    b: `${describeValue(b.slice(from))} from character ${from}`,
  };
}

function compareViews(
  a: ArrayBufferView,
  b: ArrayBufferView,
  tag: string,
  path: string,
): Difference | undefined {
  if (a.byteLength !== b.byteLength) return differ(path, a, b);
  if (tag === "DataView") {
    const at = firstByteDifference(bytesOf(a), bytesOf(b));
    if (at === undefined) return undefined;
    return { path: `${path}[${at}]`, a: String(bytesOf(a)[at]), b: String(bytesOf(b)[at]) };
  }
  const found = firstElementDifference(a as Uint8Array, b as Uint8Array);
  if (found === undefined) return undefined;
  const { index, ...difference } = found;
  return { path: `${path}[${index}]`, ...difference };
}

function compareDates(a: Date, b: Date, path: string): Difference | undefined {
  const [timeA, timeB] = [a, b].map((date) => Date.prototype.getTime.call(date));
  return Object.is(timeA, timeB) ? undefined : differ(path, a, b);
}

function compareArrays(
  a: readonly unknown[],
  b: readonly unknown[],
  path: string,
  seen: Seen,
): Difference | undefined {
  if (a.length !== b.length) return differ(path, a, b);
  for (let index = 0; index < a.length; index += 1) {
    const place = `${path}[${index}]`;
    if (index in a !== index in b) {
      const [shownA, shownB] = [a, b].map((array) =>
        index in array ? describeValue(array[index]) : "a hole",
      );
      return { path: place, a: shownA ?? "", b: shownB ?? "" };
    }
    const difference = compare(a[index], b[index], place, seen);
    if (difference) return difference;
  }
  return undefined;
}

type Collection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

function compareCollections(
  a: Collection,
  b: Collection,
  path: string,
  seen: Seen,
): Difference | undefined {
  if (a.size !== b.size) return differ(path, a, b);
  // A Set gives each value as its own key.
  const [entriesA, entriesB] = [[...a.entries()], [...b.entries()]];
  for (const [index, [key, value]] of entriesA.entries()) {
    const [otherKey, otherValue] = entriesB[index] ?? [];
    const difference =
      compare(key, otherKey, `${path}.keys()[${index}]`, seen) ??
      compare(value, otherValue, `${path}.get(${describeValue(key)})`, seen);
    if (difference) return difference;
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function compareRecords(a: Fields, b: Fields, path: string, seen: Seen): Difference | undefined {
  const [keysA, keysB] = [Object.keys(a), Object.keys(b)];
  for (const key of keysA) {
    const place = path + accessor(key);
    if (!Object.hasOwn(b, key)) return { path: place, a: describeValue(a[key]), b: "missing" };
    const difference = compare(a[key], b[key], place, seen);
    if (difference) return difference;
  }
  const surplus = keysB.find((key) => !Object.hasOwn(a, key));
  if (surplus !== undefined) {
    return { path: path + accessor(surplus), a: "missing", b: describeValue(b[surplus]) };
  }
  const index = keysA.findIndex((key, position) => key !== keysB[position]);
  if (index === -1) return undefined;
  return differ(`Object.keys(${path})[${index}]`, keysA[index], keysB[index]);
}

function accessor(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}

function differ(path: string, a: unknown, b: unknown): Difference {
  return { path, a: describeValue(a), b: describeValue(b) };
}
