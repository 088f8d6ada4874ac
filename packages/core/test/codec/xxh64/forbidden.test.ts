import { createContext, runInContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { checksumWith } from "../../../src/codec/checksum.ts";
import { sample } from "./sample.ts";

// Modules are loaded once for a file: nothing here may hash with WebAssembly before these tests.
const { WebAssembly: allowed } = globalThis;
const setWebAssembly = (value: unknown): void => {
  Object.defineProperty(globalThis, "WebAssembly", { value, configurable: true, writable: true });
};
afterEach(() => setWebAssembly(allowed));

describe("where WebAssembly is forbidden, as the policy of a page may", () => {
  beforeEach(() => {
    const page = createContext({}, { codeGeneration: { strings: true, wasm: false } });
    setWebAssembly(runInContext("WebAssembly", page));
  });

  test("hashing rejects with what the engine says", async () => {
    await expect(checksumWith("xxh64")([sample(9)])).rejects.toThrow(
      "WebAssembly.Module(): Wasm code generation disallowed by embedder",
    );
  });

  test("sha256 needs none", async () => {
    expect(await checksumWith("sha256")([sample(9)])).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("where there is no WebAssembly, hashing rejects with its name", async () => {
  setWebAssembly(undefined);
  await expect(checksumWith("xxh64")([sample(9)])).rejects.toThrow(/WebAssembly/);
});

test("hashing works as soon as it is allowed", async () => {
  expect(await checksumWith("xxh64")([sample(0)])).toBe("ef46db3751d8e999");
});
