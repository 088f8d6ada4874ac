import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  isRepriseError,
  RepriseError,
  type RepriseErrorCode,
  repriseErrorCodes,
  show,
} from "../src/errors.ts";

const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

/** The sections of the page, by their headings. */
const sections = new Map(
  page
    .split(/^#{2,3} /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section] as const),
);

describe("docs/errors.md", () => {
  test("has a heading for every code, and for nothing else", () => {
    expect([...sections.keys()].toSorted()).toEqual([...repriseErrorCodes].toSorted());
  });

  test.each(repriseErrorCodes)("names the exit code of %s", (code) => {
    const found = /Exit\s+code\s+(\d+)\./.exec(sections.get(code) ?? "")?.[1];
    expect(Number(found)).toBe(new RepriseError(code, "").exitCode);
  });
});

describe("a RepriseError", () => {
  test("keeps its cause, if it has one, and its details", () => {
    const cause = new Error("EIO");
    const error = new RepriseError("STORE_FAILED", "no", { cause, details: { path: "/data" } });
    expect(error).toMatchObject({ code: "STORE_FAILED", message: "no", exitCode: 1, cause });
    expect(error.details).toEqual({ path: "/data" });
    expect("cause" in new RepriseError("STORE_FAILED", "no")).toBe(false);
    expect("cause" in new RepriseError("STORE_FAILED", "no", { cause: undefined })).toBe(false);
  });

  test("prints under its own name", () => {
    expect(String(new RepriseError("NOT_FOUND", "gone"))).toBe("RepriseError: gone");
    expect(Object.keys(new RepriseError("NOT_FOUND", "gone"))).not.toContain("name");
  });

  test("is known by its brand, to another copy of this package as well", () => {
    const error: unknown = new RepriseError("NOT_FOUND", "gone");
    expect(isRepriseError(error)).toBe(true);
    expect(isRepriseError(error, "NOT_FOUND")).toBe(true);
    expect(isRepriseError(error, "STORE_FAILED")).toBe(false);
    const copy = Object.assign(new Error("gone"), { code: "NOT_FOUND" });
    expect(isRepriseError(copy)).toBe(false);
    Object.defineProperty(copy, Symbol.for("reprise.error"), { value: true });
    expect(isRepriseError(copy, "NOT_FOUND")).toBe(true);
  });

  test.each([null, undefined, "NOT_FOUND", 5, new Error("no")])("%p is none", (value) => {
    expect(isRepriseError(value)).toBe(false);
  });

  test("tells whoever started the process to start again, not to, or neither", () => {
    const exitCodes = new Set(
      repriseErrorCodes.map((code: RepriseErrorCode) => new RepriseError(code, "").exitCode),
    );
    expect([...exitCodes].toSorted((a, b) => a - b)).toEqual([1, 75, 78]);
  });
});

test.each<[unknown, string]>([
  ["1", '"1"'],
  [1, "1"],
  [-0, "-0"],
  [NaN, "NaN"],
  [5n, "5n"],
  [true, "true"],
  [null, "null"],
  [undefined, "undefined"],
  [[1, 2], "an array of 2"],
  [{}, "a plain object"],
  [Object.create(null), "a plain object"],
  [new Map(), "an instance of Map"],
  [new Float32Array(2), "a Float32Array of 8 bytes"],
  [function train() {}, "the function train"],
  [Symbol("s"), "Symbol(s)"],
])("in a message, %p is %s", (value, text) => {
  expect(show(value)).toBe(text);
});

test("a long text is cut short in a message", () => {
  expect(show("x".repeat(10_000)).length).toBeLessThan(100);
});
