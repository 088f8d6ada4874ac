import { describe, expect, jest, test } from "@jest/globals";
import { runExample } from "./run-jest.ts";

jest.setTimeout(120_000);

const file = "train-digits.ts";

describe.each([
  ["jest", /^30\./],
  ["jest-29", /^29\./],
] as const)("the example in %s", (name, expected) => {
  test("passes", () => {
    const { output, status, version } = runExample(name);
    expect(version).toMatch(expected);
    expect(output).toContain("2 passed, 2 total");
    expect(status).toBe(0);
  });

  test.each([
    [
      "the momentum is not saved",
      "state: { weights, optimizer },",
      "state: { weights },",
      ['[{"save":1}]', "$.weights[0]", "in the save after step 8, at $.state.weights"],
    ],
    [
      "the learning rate decays again after a resume",
      "if (epoch.fresh) optimizer",
      "optimizer",
      ['[{"save":1}]', "$.weights[0]", "$.state.weights"],
    ],
    [
      "the dropout is not keyed",
      'random("dropout", epoch.index, batch.index)',
      "{ next: Math.random }",
      ["not deterministic", "second run:", "first run:", "Math.random at "],
    ],
  ])("fails, and helps, when %s", (_name, from, to, messages) => {
    const { output, status } = runExample(name, { file, from, to });
    expect(status).toBe(1);
    for (const message of messages) expect(output).toContain(message);
    expect(output).toMatch(/0x[0-9a-f]{8}/);
  });
});
