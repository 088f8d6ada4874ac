import { expect, test } from "@jest/globals";
import { parseOptions } from "../src/options.ts";

test("reads how much to simulate", () => {
  expect(parseOptions([])).toEqual({ runs: 40, seed: 1, isJson: false });
  expect(parseOptions(["--runs", "7", "--seed", "3", "--json"])).toEqual({
    runs: 7,
    seed: 3,
    isJson: true,
  });
});

test.each([
  [["--runs", "1"], "--runs"],
  [["--runs", "many"], "--runs"],
  [["--seed", "1.5"], "--seed"],
  [["--hours", "1"], "--hours"],
  [["twice"], "twice"],
])("refuses %j", (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
