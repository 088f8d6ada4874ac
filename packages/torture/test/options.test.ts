import { expect, test } from "@jest/globals";
import { parseOptions } from "../src/options.ts";

test("reads what to run", () => {
  const args = [
    "--minutes",
    "0.5",
    "--seed",
    "7",
    "--only",
    "power-loss",
    "--trial",
    "a",
    "--json",
  ];
  expect(parseOptions(args)).toEqual({
    minutes: 0.5,
    seed: 7,
    only: "power-loss",
    trial: "a",
    isJson: true,
  });
});

test("draws a seed, and takes two minutes", () => {
  const { minutes, seed, only, isJson } = parseOptions([]);
  expect({ minutes, only, isJson }).toEqual({ minutes: 2, only: undefined, isJson: false });
  expect(Number.isSafeInteger(seed)).toBe(true);
});

test.each([
  [["--minutes", "0"], "--minutes"],
  [["--minutes", "soon"], "--minutes"],
  [["--seed", "1.5"], "--seed"],
  [["--trial", "a"], "--only"],
  [["--hours", "1"], "--hours"],
  [["twice"], "twice"],
])("refuses %j", (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
