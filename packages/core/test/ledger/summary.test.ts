import { expect, test } from "@jest/globals";
import { emptyLines, type LedgerAttempt } from "../../src/ledger/line.ts";
import { summarize } from "../../src/ledger/summary.ts";
import type { TrainingEvent } from "../../src/event.ts";

function summaryOf(attempt: Partial<LedgerAttempt>): TrainingEvent | undefined {
  const events: TrainingEvent[] = [];
  summarize({ ...emptyLines.attempt, ...attempt }, (event) => events.push(event));
  return events.at(0);
}

test("a life whose saves all succeeded says so quietly", () => {
  expect(summaryOf({ saves: 3, stall: 0.012_34 })).toMatchObject({
    type: "summary",
    attempt: { saves: 3 },
    message: "3 saves; the loop stood still for 0.012 s in all",
  });
});

test("saves that were lost are counted aloud", () => {
  expect(summaryOf({ saves: 41, failedSaves: 2, supersededSaves: 1, stall: 0.456 })).toMatchObject({
    type: "savesLost",
    message:
      "41 saves, 2 failed, 1 replaced by a newer one; the loop stood still for 0.46 s in all",
  });
});
