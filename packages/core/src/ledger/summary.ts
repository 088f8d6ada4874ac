import type { Report } from "../event.ts";
import type { LedgerAttempt } from "./line.ts";

/** Says how the saves of an attempt went, aloud only if some of them were lost. */
export function summarize(attempt: LedgerAttempt, report: Report): void {
  const { failedSaves, saves, stall, supersededSaves } = attempt;
  const parts = [
    saves === 1 ? "1 save" : `${saves} saves`,
    failedSaves > 0 && `${failedSaves} failed`,
    supersededSaves > 0 && `${supersededSaves} replaced by a newer one`,
  ];
  const seconds = Number(stall.toPrecision(2));
  const message = `${parts.filter(Boolean).join(", ")}; the loop stood still for ${seconds} s in all`;
  report({ type: failedSaves > 0 ? "savesLost" : "summary", attempt: { ...attempt }, message });
}
