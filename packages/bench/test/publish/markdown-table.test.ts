import { expect, test } from "@jest/globals";
import { figure, markdownTable } from "../../src/publish/markdown-table.ts";

test("columns are as wide as their widest cell, numbers to the right", () => {
  const table = markdownTable(
    [{ head: "way" }, { head: "ms", isNumber: true }],
    [
      ["memcpy", "9.01"],
      ["v8", "123"],
    ],
  );
  expect(`\n${table}\n`).toBe(`
| way    |   ms |
| ------ | ---: |
| memcpy | 9.01 |
| v8     |  123 |
`);
});

test("figures have three digits, or all that stand before the point", () => {
  expect([0.0512, 1.234, 12.34, 123.4, 4321.9].map(figure)).toEqual([
    "0.05",
    "1.23",
    "12.3",
    "123",
    "4322",
  ]);
});
