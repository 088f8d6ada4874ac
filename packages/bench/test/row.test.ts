import { describe, expect, test } from "@jest/globals";
import { atLeast, atMost, control, formatRow, verdictOf } from "../src/row.ts";

describe("a row", () => {
  test("keeps its budget up to the bound, and misses it beyond", () => {
    expect(verdictOf(atMost("stall", 1.3, 1.3, ""))).toBe("ok");
    expect(verdictOf(atMost("stall", 1.301, 1.3, ""))).toBe("MISSED");
    expect(verdictOf(atLeast("throughput", 0.95, 0.95, ""))).toBe("ok");
    expect(verdictOf(atLeast("throughput", 0.949, 0.95, ""))).toBe("MISSED");
  });

  test("misses it when nothing was measured", () => {
    expect(verdictOf(atMost("stall", Number.NaN, 1.3, ""))).toBe("MISSED");
    expect(verdictOf(atLeast("throughput", Number.NaN, 0.95, ""))).toBe("MISSED");
  });

  test("has no budget where a thing is compared with itself", () => {
    expect(verdictOf(control("memcpy", 7, ""))).toBe("control");
  });

  test("reads `name ratio budget ok|MISSED`", () => {
    const words = formatRow(atMost("stall", 2, 1.3, "20 ms ÷ 10 ms")).split(/ {2,}/);
    expect(words).toEqual(["stall", "2.00", "<= 1.3", "MISSED", "20 ms ÷ 10 ms"]);
  });
});
