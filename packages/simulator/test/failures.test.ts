import { describe, expect, test } from "@jest/globals";
import { keyedRandom } from "@reprise/core";
import { drawGap, type Failures } from "../src/failures.ts";

const meanTimeBetween = 7200;

function gaps(kind: Failures["kind"]): number[] {
  const stream = keyedRandom(1)("gaps");
  return Array.from({ length: 50_000 }, () => drawGap({ kind, meanTimeBetween }, stream));
}

/** The share of the gaps that are shorter than 6 minutes. */
function shareOfShort(kind: Failures["kind"]): number {
  return gaps(kind).filter((gap) => gap < 360).length / 50_000;
}

describe("failures", () => {
  test.each(["exponential", "weibull", "burst"] as const)("%s come as often as asked", (kind) => {
    const mean = gaps(kind).reduce((sum, gap) => sum + gap, 0) / 50_000;
    expect(Math.abs(mean / meanTimeBetween - 1)).toBeLessThan(0.02);
  });

  test("come in clusters as their kind says", () => {
    expect(shareOfShort("exponential")).toBeCloseTo(1 - Math.exp(-0.05), 2);
    // 1 − exp(−(0.05 × 1.2658) ** 0.7)
    expect(shareOfShort("weibull")).toBeCloseTo(0.135, 2);
    expect(shareOfShort("burst")).toBeCloseTo(
      (1 - Math.exp(-3)) / 3 + (1 - Math.exp(-1 / 29.7)) * (2 / 3),
      2,
    );
  });
});
