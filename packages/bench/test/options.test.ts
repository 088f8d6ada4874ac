import { expect, test } from "@jest/globals";
import { parseOptions } from "../src/options.ts";

test("nothing more than the budgets is asked for by itself", () => {
  expect(parseOptions([])).toEqual({
    isJson: false,
    hasPeers: false,
    hasGrowth: false,
    hasGoodput: false,
    isRecorded: false,
    only: undefined,
  });
});

test("measurements are picked by their names", () => {
  expect(parseOptions(["--only", "stall,growth"]).only).toEqual(["stall", "growth"]);
});

test("an option that does not exist is refused", () => {
  expect(() => parseOptions(["--grwoth"])).toThrow("--grwoth");
  expect(() => parseOptions(["--only", "stall,stal"])).toThrow("growth, goodput; found stal.");
});
