import { expect, test } from "@jest/globals";
import { xxh64Module } from "../../../src/codec/xxh64-module.ts";
import { compileXxh64 } from "./compile.ts";

test("the module is what its source compiles to", async () => {
  expect(xxh64Module).toBe(await compileXxh64());
});
