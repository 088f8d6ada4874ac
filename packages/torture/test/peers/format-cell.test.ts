import { expect, test } from "@jest/globals";
import { formatCell } from "../../src/peers/peers-table.ts";

test("a cell counts what was lost of what was tried", () => {
  expect(formatCell(["survived", "lost", "lost"])).toBe("2 of 3 lost");
  expect(formatCell(["survived", "missed"])).toBe("0 of 1 lost");
  expect(formatCell(["refused"])).toBe("1 of 1 refused");
});

test("a cell never says that nothing was lost where nothing was tried", () => {
  expect(formatCell(["missed", "missed"])).toBe("not run: the fault never happened");
  expect(formatCell([])).toBe("not run: the fault never happened");
});
